import { isCold } from '../../../../shared/model/retention.ts';
import { isoUtc } from '../../../../shared/model/time.ts';
import type { ArchivedObject, ArchiveStore } from '../../../../shared/ports/archiveStore.ts';

export const STATES_HELP = 'of cold objects, whether they can be read: one request each';

interface ShownObject extends ArchivedObject {
  readonly state?: 'cold' | 'restoring' | 'readable';
  /** ISO 8601. */
  readonly until?: string;
}

/** An object with what `--states` tells of it. One request where it is cold. */
export async function withState(archive: ArchiveStore, object: ArchivedObject): Promise<ShownObject> {
  if (!isCold(object.storageClass)) return { ...object, state: 'readable' };
  const readability = await archive.readability(object.key);
  return readability.state === 'restored'
    ? { ...object, state: 'readable', until: isoUtc(readability.until) }
    : { ...object, state: readability.state };
}

const WIDTH = 'readable until 2026-01-31T00:00:00.000Z  '.length;

/** As a column; empty where states were not asked for. */
export function stateColumn({ state, until }: ShownObject): string {
  if (state === undefined) return '';
  return (until === undefined ? state : `${state} until ${until}`).padEnd(WIDTH);
}
