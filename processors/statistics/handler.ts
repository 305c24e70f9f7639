import type { Aggregate } from '../../shared/model/aggregate.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import type { Effect } from '../../shared/model/effects.ts';
import { isAfterwriteError, MEND_FUNCTION, passes, thrownBy } from '../../shared/model/errors.ts';
import { keyText } from '../../shared/model/keys.ts';
import type { System } from '../../shared/model/system.ts';
import type { Log } from '../../shared/ports/log.ts';
import type { StateStore } from '../../shared/ports/stateStore.ts';
import type { Replacement, TableStore } from '../../shared/ports/tableStore.ts';
import { loadQueues } from '../../shared/state/gates.ts';
import { generationOfNew, loadGenerations } from '../../shared/state/generations.ts';
import { noteUnknown } from '../../shared/state/unknownGroups.ts';
import { isQueue, type Lineage, type ShardTree } from '../../shared/stream/lineage.ts';
import { type ParkingSteps, type Poison, parkingProcessor } from '../../shared/stream/parkingProcessor.ts';
import type { Processor } from '../../shared/stream/processor.ts';
import { aggregateBefore, decideDrop, decideEffects, groupByAggregate, planReplacement, type Work } from './plan.ts';

export interface StatisticsPorts {
  readonly table: Pick<TableStore, 'read' | 'replace'>;
  readonly state: StateStore;
  readonly lineage: Lineage;
  readonly log: Log;
}

/** Keeps a system's statistics: aggregates are read together, and each is written back on its own condition. */
export const statisticsProcessor = (system: System, ports: StatisticsPorts): Processor =>
  parkingProcessor(statisticsSteps(system, ports), ports.state, ports.log);

export function statisticsSteps(system: System, ports: Omit<StatisticsPorts, 'log'>): ParkingSteps<Effect[]> {
  return {
    name: 'statistics',
    decide: (change) => decideEffects(system, change),
    drop: (changes) => decideDrop(system, changes),
    commit: async (decided) => {
      const poison: Poison[] = [];
      let works = groupByAggregate(decided);
      while (works.length > 0 && poison.length === 0) works = await commitOnce(system, ports, works, poison);
      return poison;
    },
  };
}

/**
 * Gives back the work that is to be read and planned again: its aggregate was written by somebody else in between, or
 * only the first part of it could go into one write. What an aggregate can't take (it would grow too large, somebody
 * else wrote under its key) is poison: then nothing is written, for a change that is parked must not be counted in one
 * group and missing in another. (Where another writer fills the aggregate between two tries of one commit, it can be:
 * 'verify' tells it.)
 */
async function commitOnce(
  system: System,
  { table, state, lineage }: Omit<StatisticsPorts, 'log'>,
  works: readonly Work[],
  poison: Poison[],
): Promise<Work[]> {
  const refuse = (work: Work, error: unknown): [] => {
    if (passes(error)) throw error;
    const what = `${keyText(work.key)}: 'shape' or 'indexes' of '${work.statistic.name}'`;
    const why = isAfterwriteError(error) ? error : thrownBy(what, error, MEND_FUNCTION);
    poison.push(...work.steps.map(({ change }) => ({ change, error: why })));
    return [];
  };
  const read = await readAggregates({ table, state }, works, refuse);
  const tree = await treeFor({ state, lineage }, read);
  const planned = read.flatMap(({ work, aggregate, stored }) => {
    try {
      const plan = planReplacement(system.table, work, aggregate, tree);
      return plan ? [{ work, ...plan, replacement: replacing(plan.replacement, stored) }] : [];
    } catch (error) {
      return refuse(work, error);
    }
  });
  if (poison.length > 0) return [];
  // Noted first: a group that is written and not noted would stay unknown.
  await noteUnknown(
    state,
    planned.flatMap(({ work, unknown, replacement: { revision } }) => (unknown ? [{ key: work.key, revision }] : [])),
  );
  const outcomes = await table.replace(planned.map(({ replacement }) => replacement));
  return planned.filter(({ more }, i) => more || outcomes[i] === 'conflict').map(({ work }) => work);
}

/**
 * The shards that fences name, and the parked queues that may still bring something. Gates are asked after the aggregates
 * were read: a queue has its gate before its first fence, and for two days after its last.
 */
async function treeFor(
  { state, lineage }: Pick<StatisticsPorts, 'state' | 'lineage'>,
  read: readonly { work: Work; aggregate: Aggregate }[],
): Promise<ShardTree> {
  const fenced = read.flatMap(({ aggregate }) => Object.keys(aggregate.fences));
  const tree = await lineage.covering([...read.map(({ work }) => work.shard), ...fenced]);
  const stream = read[0]?.work.steps[0]?.change.position.stream ?? '';
  const queues = fenced.some(isQueue) ? await loadQueues(state, 'statistics', stream) : new Set<string>();
  return { ...tree, holds: (id) => (isQueue(id) ? queues.has(id) : tree.holds(id)) };
}

/** The aggregates of the works as they stand; a new one is of its statistic's current generation. */
async function readAggregates(
  { table, state }: Pick<StatisticsPorts, 'table' | 'state'>,
  works: readonly Work[],
  refuse: (work: Work, error: unknown) => [],
): Promise<{ work: Work; aggregate: Aggregate; stored: Attributes | undefined }[]> {
  const items = await table.read(works.map(({ key }) => key));
  const isNew = works.some(({ id }) => !items.has(id));
  const generations = isNew ? await loadGenerations(state) : undefined;
  return works.flatMap((work) => {
    try {
      const generation = generationOfNew(generations?.get(work.statistic.name));
      const stored = items.get(work.id);
      return [{ work, aggregate: aggregateBefore(work, stored, generation), stored }];
    } catch (error) {
      return refuse(work, error);
    }
  });
}

const replacing = (replacement: Replacement, stored: Attributes = {}): Replacement => ({
  ...replacement,
  dropped: Object.keys(stored).filter((name) => replacement.item[name] === undefined),
});
