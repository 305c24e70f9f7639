import type { Cause } from '../model/event.ts';
import type { Change } from './change.ts';

/** What such a change took away, or brought back, counts on. */
const STAYS: ReadonlySet<Cause> = new Set(['ttl', 'ttl-inferred', 'archived', 'restored']);

/** The step that statistics take with a change: from the item before to the item after, either may be absent. */
export interface Counted {
  readonly removed: unknown;
  readonly added: unknown;
}

/**
 * What a change counts for; undefined where it counts for nothing. A user's delete takes back what was counted; what
 * expires, is archived or is put back has been counted, and stays. Afterwrite's own marks count for nothing. What was there
 * when afterwrite was attached counts from then on.
 */
export const counted = (change: Change): Counted | undefined =>
  counts(change) ? { removed: change.old, added: change.new } : undefined;

/** Whether a change counts for anything: told without looking into its images. */
export const counts = ({ source, markOnly, feedsNothing, cause }: Change): boolean =>
  source !== undefined && !markOnly && !feedsNothing && !STAYS.has(cause);

/** Whether an item ended and counts on: it expired, or was archived. */
export const endsCounted = ({ cause, record }: Pick<Change, 'cause' | 'record'>): boolean =>
  record.new === undefined && STAYS.has(cause);

/** The item that left the table and still counts; and one that came back, and must not count twice. */
export function departed(change: Change): Counted | undefined {
  if (change.source === undefined || change.source.derived) return undefined;
  if (change.cause === 'restored') return { removed: change.new, added: undefined };
  if (!STAYS.has(change.cause)) return undefined;
  return { removed: undefined, added: change.old };
}
