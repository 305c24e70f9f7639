import { hourlyPlace } from '../../../shared/archive/layout.ts';
import type { Shelf } from '../../../shared/archive/shelf.ts';
import type { Look, Visit } from './look.ts';

/** Holds an hourly object against its name. Whether all of its lines could be visited. */
export async function proveObject(
  look: Look,
  { read }: Pick<Shelf, 'read'>,
  key: string,
  visit: Visit,
): Promise<boolean> {
  const content = await look.readNamed(key, 'OBJECT_DAMAGED');
  const rows = content && look.rows(key, content, read, 'OBJECT_DAMAGED');
  if (!rows) return false;
  const sequences = rows.map(({ sequence }) => sequence).sort();
  const { first, last } = hourlyPlace(key);
  if (sequences[0] !== first || sequences[sequences.length - 1] !== last)
    look.find('OBJECT_DAMAGED', key, 'holds other first or last sequences than its name says');
  rows.forEach(visit);
  return true;
}
