import { type Aggregate, emptyAggregate, type Fences } from '../../shared/model/aggregate.ts';
import { type Key, keyFromId, keyId } from '../../shared/model/keys.ts';
import { same } from '../../shared/model/same.ts';
import { correctionKey, partKeys, type Spread } from '../../shared/model/spread.ts';
import type { Statistic } from '../../shared/model/statistic.ts';
import { aggregateFromAttributes, aggregateToAttributes } from '../../shared/model/storedAggregate.ts';
import { mergeStates, negateState } from '../../shared/model/storedGroups.ts';
import type { TableDeclaration } from '../../shared/model/system.ts';
import type { Replacement } from '../../shared/ports/tableStore.ts';
import { isAfter } from '../../shared/stream/sequence.ts';
import type { Recounted } from './tally.ts';

/** A group to write anew. */
export interface Wrong {
  /** `keyId` of the group's key. */
  readonly id: string;
  readonly statistic: Statistic<unknown>;
}

/** The writes that bring a group to what it should be: `states` only where all of `raises` were written. */
export interface Mending {
  /** Parts whose fences lack positions that the count includes: without them, a late redelivery would count on top. */
  readonly raises: readonly Replacement[];
  readonly states: readonly Replacement[];
}

export interface Written {
  /** Undefined: the group keeps its own. */
  readonly generation: number | undefined;
  /** Of what is not stored yet: when its oldest change was, epoch milliseconds. */
  readonly since: number;
}

/** Throws what an aggregate can't take. */
export function planMending(
  table: TableDeclaration,
  recounted: Recounted,
  { id, statistic }: Wrong,
  { generation, since }: Written,
): Mending {
  const key = keyFromId(id);
  const group = statistic.key.match(key) ?? {};
  const stored = (at: Key): Aggregate => {
    const item = recounted.stored.get(keyId(at));
    return item ? aggregateFromAttributes(statistic, at, item) : { ...emptyAggregate(statistic, group, at), since };
  };
  const expected = recounted.expected.get(id)?.state ?? emptyAggregate(statistic, group, key).state;
  const write = (before: Aggregate, change: Partial<Aggregate>): Replacement => ({
    key: before.key,
    item: aggregateToAttributes({ ...before, ...change, revision: before.revision + 1, silent: true }, table),
    revision: before.revision,
  });
  if (statistic.spread) {
    const { raised, correction } = mendParts(recounted, statistic.spread, { group, stored, expected, generation });
    return {
      raises: raised.map((part) => write(part, { fences: advanced(part, recounted) })),
      states: correction.map(({ before, after }) => write(before, after)),
    };
  }
  const before = stored(key);
  const after = { state: expected, generation: generation ?? before.generation, fences: advanced(before, recounted) };
  return { raises: [], states: [write(before, after)] };
}

interface Parted {
  readonly group: Readonly<Record<string, string>>;
  readonly stored: (key: Key) => Aggregate;
  readonly expected: Aggregate['state'];
  readonly generation: number | undefined;
}

/**
 * Brings the sum of parts to what it should be by ONE write, of the correction, to which no shard writes: the expected
 * state with all other parts taken back. What is written to those meanwhile is counted on top of what was read of them, as
 * their fences tell, and a sum does not mind in which part it is: so a repair waits for no writer. Raised
 * fences change no count, for it includes those positions already: cut off between the two, it is done again.
 */
function mendParts(
  recounted: Recounted,
  spread: Spread,
  { group, stored, expected, generation }: Parted,
): { raised: Aggregate[]; correction: { before: Aggregate; after: Partial<Aggregate> }[] } {
  const parts = partKeys(spread, group).map(stored);
  const before = stored(correctionKey(spread, group));
  const { statistic } = before;
  const others = parts.map(({ state }) => state).reduce((a, b) => mergeStates(statistic, a, b));
  const after = {
    state: mergeStates(statistic, expected, negateState(statistic, others)),
    generation: generation ?? before.generation,
  };
  const isDone = same(after.state, before.state) && after.generation === before.generation;
  return {
    raised: parts.filter((part) => lacksFences(part, recounted)),
    correction: isDone ? [] : [{ before, after }],
  };
}

const lacksFences = ({ key, fences }: Aggregate, { included }: Recounted): boolean =>
  Object.entries(included.get(keyId(key)) ?? {}).some(([shard, sequence]) => isAfter(sequence, fences[shard]));

/** The fences with all that the count includes: what statistics had done, and the changes of the window. */
function advanced({ key, fences }: Aggregate, { positions, included }: Recounted): Fences {
  const next: Record<string, string> = { ...fences };
  const raise = (shard: string, sequence: string): void => {
    if (isAfter(sequence, next[shard])) next[shard] = sequence;
  };
  for (const shard of Object.keys(fences)) {
    const done = positions.done(shard);
    if (done !== undefined && done !== 'all') raise(shard, done);
  }
  for (const [shard, sequence] of Object.entries(included.get(keyId(key)) ?? {})) raise(shard, sequence);
  return next;
}
