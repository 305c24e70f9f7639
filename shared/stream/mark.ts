import type { Attribute, Attributes } from '../model/attribute.ts';
import { isSet, numberOf, RESERVED_ATTRIBUTE, reservedIn, textOf } from '../model/reserved.ts';

/**
 * afterwrite's mark in a user's item. `leaving`: the id of the bundle that holds it, proven before the mark was set: from
 * then on it counts as archived, and whoever deletes it as it is only ends what was begun. `copy`: the hash of the proven
 * copy, which tells an item that was written on since, mark and all. `head`: it is deleted last and speaks
 * for its collection; `restored`: it was put back from that bundle, or by that replay where it was in none.
 * `silent`: a derived item that a repair or a rebuild wrote.
 * `backfilled`: a hash of what a backfill added to the item, with the write that added it.
 * `expired`: when a sweeper that stands in for DynamoDB's TTL found its time over, epoch seconds.
 */
export interface Mark {
  readonly leaving: string | undefined;
  /** Absent in marks of earlier versions. */
  readonly copy: string | undefined;
  readonly head: boolean;
  readonly restored: string | undefined;
  readonly backfilled: string | undefined;
  readonly expired: number | undefined;
  readonly silent: boolean;
}

/** As it stands in an item that leaves. */
export const leavingMark = ({ leaving, head, copy }: { leaving: string; head: boolean; copy: string }): Attribute => ({
  M: { leaving: { S: leaving }, head: { BOOL: head }, copy: { S: copy } },
});

export function readMark(image: Attributes | undefined): Mark | undefined {
  const own = reservedIn(image);
  if (!own) return undefined;
  return {
    leaving: textOf(own.leaving),
    copy: textOf(own.copy),
    head: isSet(own.head),
    restored: textOf(own.restored),
    backfilled: textOf(own.backfilled),
    expired: numberOf(own.expired),
    silent: isSet(own.silent),
  };
}

export function withoutMark(image: Attributes): Attributes {
  const { [RESERVED_ATTRIBUTE]: _mark, ...rest } = image;
  return rest;
}
