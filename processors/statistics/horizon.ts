import { type Drift, driftOf } from '../../shared/model/drift.ts';
import type { Entity } from '../../shared/model/entity.ts';
import { DAY_MS } from '../../shared/model/retention.ts';
import type { Statistic } from '../../shared/model/statistic.ts';
import { storedSince } from '../../shared/model/storedAggregate.ts';
import { type StoredGroup, storedGroups } from '../../shared/model/storedGroups.ts';
import type { System } from '../../shared/model/system.ts';
import type { Recounted } from './tally.ts';

/**
 * Before this the journal has been let go, as the declaration says; undefined: it is kept for ever. What left the table
 * earlier and counts on is in the aggregates alone. Epoch milliseconds.
 */
export const horizonOf = ({ archive }: System, now: number): number | undefined =>
  archive.journal.lifeDays === undefined ? undefined : now - archive.journal.lifeDays * DAY_MS;

/** Whether a group may hold such: no recount can tell what it should be. */
function beyondHorizon(system: System, now: number): (group: StoredGroup | undefined) => boolean {
  const horizon = horizonOf(system, now);
  if (horizon === undefined) return () => false;
  const keeping = new Set(system.statistics.filter((one) => keepsDeparted(system, one)).map(({ name }) => name));
  return (group) => group !== undefined && keeping.has(group.statistic) && (storedSince(group.item) ?? 0) < horizon;
}

export interface Differences {
  /** What is stored, by group; of a spread one, the sum of its parts. */
  readonly groups: ReadonlyMap<string, StoredGroup>;
  readonly drifts: readonly Drift[];
  /** They differ too, and nobody can judge them. */
  readonly beyond: readonly Drift[];
}

/** Where the stored aggregates differ from what was counted. */
export function differencesOf(system: System, { expected, stored }: Recounted, now: number): Differences {
  const groups = storedGroups(system, stored);
  const isBeyond = beyondHorizon(system, now);
  const all = driftOf(system.table, expected, groups).map((drift) => ({ drift, old: isBeyond(groups.get(drift.id)) }));
  const those = (old: boolean): Drift[] => all.flatMap((one) => (one.old === old ? one.drift : []));
  return { groups, drifts: those(false), beyond: those(true) };
}

const keepsDeparted = (system: System, { feeds }: Statistic<unknown>): boolean =>
  system.entities.some((entity) => feeds.some(({ of }) => of === entity) && leavesCounted(system, entity));

/** Whether items of it may leave the table and count on: TTL takes whatever has its attribute, a collection its members. */
const leavesCounted = ({ table: { ttl }, retention }: System, entity: Entity<unknown>): boolean =>
  (ttl !== undefined && !entity.retractsExpired) || retention.some(({ members }) => members.includes(entity));
