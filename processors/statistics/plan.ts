import { type Aggregate, applyInputs, emptyAggregate, lastOf, unknownMeasures } from '../../shared/model/aggregate.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import { type Effect, effectsOf } from '../../shared/model/effects.ts';
import { AfterwriteError } from '../../shared/model/errors.ts';
import { keyText } from '../../shared/model/keys.ts';
import { aggregateFromAttributes, aggregateToAttributes } from '../../shared/model/storedAggregate.ts';
import type { System, TableDeclaration } from '../../shared/model/system.ts';
import type { Replacement } from '../../shared/ports/tableStore.ts';
import type { Change } from '../../shared/stream/change.ts';
import { counted } from '../../shared/stream/counted.ts';
import type { ShardTree } from '../../shared/stream/lineage.ts';
import { soundEffects, soundStep } from '../../shared/stream/soundStep.ts';
import { fencesAt, isAhead } from './fences.ts';
import { storedAt } from './storedAt.ts';

/** One change's effect on one aggregate, with its position in the shard. */
interface Step {
  readonly change: Change;
  readonly effect: Effect;
}

/** All that a batch does to one stored item, an aggregate or a part of one, in order. */
export interface Work extends Pick<Effect, 'statistic' | 'group' | 'key' | 'id'> {
  readonly shard: string;
  readonly steps: Step[];
}

/** What a change does to aggregates. Throws ITEM_MALFORMED. */
export function decideEffects(system: System, change: Change): Effect[] {
  const step = counted(change);
  return step && change.source ? effectsOf(system, change.source, step.removed, step.added) : [];
}

/**
 * What dropped changes of an item do to aggregates all the same: their steps, in which an image that can't be counted
 * counts for nothing. So the aggregates hold the item as it stands behind the last of them, as a recomputation does.
 * Throws DROP_REFUSED where that can't be counted either: it would stay uncounted, and be taken back one day all the same.
 */
export function decideDrop(
  system: System,
  changes: readonly Change[],
): { readonly change: Change; readonly result: Effect[] }[] {
  const last = changes[changes.length - 1];
  if (last?.record.new !== undefined && soundEffects(system, last, () => last.new) === undefined)
    throw new AfterwriteError('DROP_REFUSED', `${keyText(last.key)} as it stands can't be counted`, {
      mend: 'write it as it should be, or delete it; once that is read, drop',
    });
  return changes.map((change) => {
    const step = soundStep(system, change);
    return { change, result: step && change.source ? effectsOf(system, change.source, step.removed, step.added) : [] };
  });
}

/** A batch of one shard, grouped by the aggregates that it touches. */
export function groupByAggregate(decided: readonly { change: Change; result: readonly Effect[] }[]): Work[] {
  const works = new Map<string, Work>();
  for (const { change, result } of decided) {
    for (const effect of result) {
      const { shard } = change.position;
      const { statistic, group, id } = effect;
      const work = works.get(`${shard} ${id}`) ?? { statistic, group, ...storedAt(effect, shard), shard, steps: [] };
      works.set(`${shard} ${id}`, work);
      work.steps.push({ change, effect });
    }
  }
  return [...works.values()];
}

/** The aggregate that a work is done on. Throws ITEM_MALFORMED where somebody else wrote under its key. */
export const aggregateBefore = (
  { statistic, group, key }: Work,
  stored: Attributes | undefined,
  generation: number,
): Aggregate =>
  stored ? aggregateFromAttributes(statistic, key, stored) : { ...emptyAggregate(statistic, group, key), generation };

/** The write of one aggregate; `more`: it includes only the first part of the work, to be planned again for the rest. */
interface Planned {
  readonly replacement: Replacement;
  /** A measure of it is unknown now: the group must be counted anew. Of a part, nobody knows. */
  readonly unknown: boolean;
  readonly more: boolean;
}

/**
 * The write that brings a stored aggregate to include the work, or undefined where it does already or nothing changes.
 * Only steps above the fence are applied: a redelivery in any cut finds its effect there and leaves it alone.
 */
export function planReplacement(
  table: TableDeclaration,
  work: Work,
  before: Aggregate,
  tree: ShardTree,
): Planned | undefined {
  let ahead: readonly Step[] = work.steps.filter(({ change }) => isAhead(change.position, before.fences, tree));
  while (ahead.length > 0) {
    const next = work.statistic.stepwise ? ahead.slice(0, 1) : ofOneKind(ahead);
    ahead = ahead.slice(next.length);
    const after = advance(before, next, tree);
    if (after === undefined) continue;
    const replacement = { key: work.key, item: aggregateToAttributes(after, table), revision: before.revision };
    return {
      replacement,
      unknown: after.part === undefined && unknownMeasures(after).length > 0,
      more: ahead.length > 0,
    };
  }
  return undefined;
}

/** A write is silent or not: the steps up to the first one that is of the other kind. */
function ofOneKind(steps: readonly Step[]): readonly Step[] {
  const other = steps.findIndex(({ change }) => change.silent !== steps[0]?.change.silent);
  return other === -1 ? steps : steps.slice(0, other);
}

/**
 * Steps that cancel each other move the fence all the same: in another cut one of them could come again alone. Only what
 * changes nothing step by step is left out.
 */
function advance(before: Aggregate, ahead: readonly Step[], tree: ShardTree): Aggregate | undefined {
  const last = ahead[ahead.length - 1];
  if (!last) return undefined;
  const state = after(before, ahead);
  if (state === before.state && ahead.every((step) => after(before, [step]) === before.state)) return undefined;
  const times = ahead.map(({ change }) => change.at);
  return {
    ...before,
    state,
    last: lastOf(before, state),
    revision: before.revision + 1,
    silent: last.change.silent,
    fences: fencesAt(last.change.position, before.fences, tree),
    asOf: Math.max(before.asOf, ...times),
    since: before.revision === 0 ? Math.min(...times) : before.since && Math.min(before.since, ...times),
  };
}

const after = (aggregate: Aggregate, steps: readonly Step[]): Aggregate['state'] =>
  applyInputs(
    aggregate,
    steps.flatMap(({ effect }) => effect.removed),
    steps.flatMap(({ effect }) => effect.added),
  );
