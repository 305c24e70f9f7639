import type { Attributes } from '../model/attribute.ts';
import { RESERVED_ATTRIBUTE } from '../model/checks.ts';

/**
 * afterwrite's mark in a user's item. `leaving`: the id of the bundle that holds it, proven before the mark was set: from
 * then on it counts as archived, and whoever deletes it only ends what was begun. `head`: it is deleted last and speaks
 * for its collection; `restored`: it was put back from that bundle.
 * `silent`: a derived item that a repair or a rebuild wrote.
 * `expired`: when a sweeper that stands in for DynamoDB's TTL found its time over, epoch seconds.
 */
export interface Mark {
  readonly leaving: string | undefined;
  readonly head: boolean;
  readonly restored: string | undefined;
  readonly expired: number | undefined;
  readonly silent: boolean;
}

export function readMark(image: Attributes | undefined): Mark | undefined {
  const mark = image?.[RESERVED_ATTRIBUTE];
  if (!mark || !('M' in mark)) return undefined;
  const { leaving, head, restored, expired, silent } = mark.M;
  return {
    leaving: leaving && 'S' in leaving ? leaving.S : undefined,
    head: head !== undefined && 'BOOL' in head && head.BOOL,
    restored: restored && 'S' in restored ? restored.S : undefined,
    expired: expired && 'N' in expired ? Number(expired.N) : undefined,
    silent: silent !== undefined && 'BOOL' in silent && silent.BOOL,
  };
}

export function withoutMark(image: Attributes): Attributes {
  const { [RESERVED_ATTRIBUTE]: _mark, ...rest } = image;
  return rest;
}
