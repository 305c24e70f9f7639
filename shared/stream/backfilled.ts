import { isDeepStrictEqual } from 'node:util';
import { imageHash } from '../model/imageHash.ts';
import { readMark, withoutMark } from './mark.ts';
import type { StreamRecord } from './record.ts';

/** A write that added what its mark says, and nothing else. What its user adds anew, and the same, was never lost to anybody. */
export function isBackfill({ old, new: now }: Pick<StreamRecord, 'old' | 'new'>): boolean {
  const told = readMark(now)?.backfilled;
  if (!old || !now || told === undefined) return false;
  const [before, after] = [withoutMark(old), withoutMark(now)];
  if (Object.entries(before).some(([name, attribute]) => !isDeepStrictEqual(attribute, after[name]))) return false;
  const added = Object.entries(after).filter(([name]) => before[name] === undefined);
  return added.length > 0 && told === imageHash(Object.fromEntries(added));
}
