import type { Effect } from '../../shared/model/effects.ts';
import { keyId } from '../../shared/model/keys.ts';
import { partKey, partOf } from '../../shared/model/spread.ts';

/** The item that keeps what a shard's changes do to a group: the group's own, or the part that the shard writes to. */
export function storedAt({ statistic, group, key, id }: Effect, shard: string): Pick<Effect, 'key' | 'id'> {
  if (!statistic.spread) return { key, id };
  const part = partKey(statistic.spread, group, partOf(statistic.spread, shard));
  return { key: part, id: keyId(part) };
}
