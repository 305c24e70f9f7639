import type { Effect } from '../../shared/model/effects.ts';
import { isAfterwriteError } from '../../shared/model/errors.ts';
import type { System } from '../../shared/model/system.ts';
import type { Log } from '../../shared/ports/log.ts';
import type { StateStore } from '../../shared/ports/stateStore.ts';
import type { TableStore } from '../../shared/ports/tableStore.ts';
import { type ParkingSteps, type Poison, parkingProcessor } from '../../shared/stream/parkingProcessor.ts';
import type { Processor } from '../../shared/stream/processor.ts';
import { decideDrop, decideEffects, groupByAggregate, planReplacement, type Work } from './plan.ts';

export interface StatisticsPorts {
  readonly table: Pick<TableStore, 'read' | 'replace'>;
  readonly state: StateStore;
  readonly log: Log;
}

/** Keeps a system's statistics: aggregates are read together, and each is written back on its own condition. */
export const statisticsProcessor = (system: System, ports: StatisticsPorts): Processor =>
  parkingProcessor(statisticsSteps(system, ports.table), ports.state, ports.log);

export function statisticsSteps(system: System, table: StatisticsPorts['table']): ParkingSteps<Effect[]> {
  return {
    name: 'statistics',
    decide: (change) => decideEffects(system, change),
    drop: (changes) => decideDrop(system, changes),
    commit: async (decided) => {
      const poison: Poison[] = [];
      let works = groupByAggregate(decided);
      while (works.length > 0 && poison.length === 0) works = await commitOnce(system, table, works, poison);
      return poison;
    },
  };
}

/**
 * Gives back the work whose aggregate was written by somebody else in between: to be read and planned again. What an
 * aggregate can't take (it would grow too large, somebody else wrote under its key) is poison: then nothing is written,
 * for a change that is parked must not be counted in one group and missing in another. (Where another writer fills the
 * aggregate between two tries of one commit, it can be: 'verify' tells it.)
 */
async function commitOnce(
  system: System,
  table: StatisticsPorts['table'],
  works: readonly Work[],
  poison: Poison[],
): Promise<Work[]> {
  const stored = await table.read(works.map(({ key }) => key));
  const planned = works.flatMap((work) => {
    try {
      const replacement = planReplacement(system.table, work, stored.get(work.id));
      return replacement ? [{ work, replacement }] : [];
    } catch (error) {
      if (!isAfterwriteError(error) || error.retry) throw error;
      poison.push(...work.steps.map(({ change }) => ({ change, error })));
      return [];
    }
  });
  if (poison.length > 0) return [];
  const outcomes = await table.replace(planned.map(({ replacement }) => replacement));
  return planned.filter((_, i) => outcomes[i] === 'conflict').map(({ work }) => work);
}
