import type { EventRow } from '../wire.ts';
import { count, plural } from './format.ts';

/** What a search of the archive gave. */
export interface Found {
  readonly rows: readonly EventRow[];
  readonly matching: number;
}

/** Those that hold a text, in whatever letters, and are of a type; an empty one is any. The newest first. */
export function filtered(events: readonly EventRow[], text: string, type: string): EventRow[] {
  const wanted = text.toLowerCase();
  const isWanted = (row: EventRow): boolean =>
    (type === '' || row.type === type) &&
    (wanted === '' || `${row.type} ${row.subject} ${row.id} ${row.preview}`.toLowerCase().includes(wanted));
  return (text === '' && type === '' ? [...events] : events.filter(isWanted)).reverse();
}

/** How many came behind the newest one that is held. Both the newest first. */
export function newSince(held: readonly EventRow[], latest: readonly EventRow[]): number {
  const newest = held[0]?.index ?? 0;
  const at = latest.findIndex(({ index }) => index <= newest);
  return at < 0 ? latest.length : at;
}

interface Listed {
  readonly found: Pick<Found, 'matching'> | null;
  readonly shown: number;
  /** How many the page holds. */
  readonly listed: number;
  readonly isAll: boolean;
  readonly skipped: number;
}

/** What the list is of. */
export function saidOf({ found, shown, listed, isAll, skipped }: Listed): string {
  if (found) {
    const newest = found.matching > shown ? `, the newest ${count(shown)} are listed` : '';
    return `${plural(found.matching, 'event')} of the archive match${found.matching === 1 ? 'es' : ''}${newest}`;
  }
  if (!isAll) return `${count(shown)} of the last ${plural(listed, 'event')}`;
  const earlier = skipped > 0 ? `, ${count(skipped)} earlier ones are in the archive` : '';
  return `The last ${plural(listed, 'event')}${earlier}`;
}
