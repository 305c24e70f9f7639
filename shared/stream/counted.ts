import { type Attributes, encodeAttributes } from '../model/attribute.ts';
import { passedBy } from '../model/deadline.ts';
import { whereSound } from '../model/errors.ts';
import type { Cause } from '../model/event.ts';
import type { Change } from './change.ts';
import { withoutMark } from './mark.ts';

/** What such a change took away, or brought back, counts on. */
const STAYS: ReadonlySet<Cause> = new Set(['ttl', 'ttl-inferred', 'archived', 'restored']);

/** The step that statistics take with a change: from the item before to the item after, either may be absent. */
export interface Counted {
  readonly removed: unknown;
  readonly added: unknown;
}

/**
 * What a change counts for; undefined where it counts for nothing. A user's delete takes back what was counted; what
 * expires, is archived or is put back has been counted, and stays. Of what expires, deadlines have passed that were not noted yet;
 * where its entity says so, it is taken back. Afterwrite's own marks count for nothing. What was there when afterwrite
 * was attached counts from then on.
 */
export const counted = (change: Change): Counted | undefined =>
  counts(change) ? { removed: change.old, added: behind(change) } : undefined;

/** Whether a change counts for anything: told without looking into its images. */
export const counts = ({ source, markOnly, feedsNothing, cause }: Change): boolean =>
  source !== undefined &&
  !markOnly &&
  !feedsNothing &&
  (!STAYS.has(cause) ||
    (isExpiry(cause) && !source.derived && (source.retractsExpired || source.deadlines.length > 0)));

/** What the item counts for from then on. Throws ITEM_MALFORMED. */
export function behind(change: Change): unknown {
  const passed = passedBefore(change);
  return passed ? { ...(change.old as object), ...passed } : change.new;
}

const isExpiry = (cause: Cause): boolean => cause === 'ttl' || cause === 'ttl-inferred';

/** What was to be noted of an item that the table's TTL took, and counts on; undefined: it did not end so. */
function passedBefore(change: Change): Readonly<Record<string, string>> | undefined {
  const { source, cause, at } = change;
  if (!source || source.derived || !isExpiry(cause) || source.retractsExpired) return undefined;
  return source.deadlines.length === 0 ? {} : passedBy(source.deadlines, change.old, at);
}

/** Whether an item ended and counts on: it expired, or was archived. */
export const endsCounted = ({ cause, record, source }: Pick<Change, 'cause' | 'record' | 'source'>): boolean =>
  record.new === undefined &&
  STAYS.has(cause) &&
  !(isExpiry(cause) && source?.derived === false && source.retractsExpired);

/** The image of an item that ended, as it counts on, without a mark; undefined where nothing ended. */
export function imageLeft(change: Change): Attributes | undefined {
  const { old, new: now } = change.record;
  if (!old || now) return undefined;
  return { ...withoutMark(old), ...encodeAttributes(whereSound(() => passedBefore(change)) ?? {}) };
}

/** The item that left the table and still counts; and one that came back, and must not count twice. */
export function departed(change: Change): Counted | undefined {
  if (change.source === undefined || change.source.derived) return undefined;
  if (change.cause === 'restored') return { removed: change.new, added: undefined };
  if (!endsCounted(change)) return undefined;
  return { removed: undefined, added: isExpiry(change.cause) ? behind(change) : change.old };
}
