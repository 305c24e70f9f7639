import type { Entity } from '../../shared/model/entity.ts';
import { DAY_MS } from '../../shared/model/retention.ts';
import type { Statistic } from '../../shared/model/statistic.ts';
import { storedSince } from '../../shared/model/storedAggregate.ts';
import { storedGroups } from '../../shared/model/storedGroups.ts';
import type { System } from '../../shared/model/system.ts';
import type { Recounted } from './tally.ts';

/**
 * Before this the journal has been let go, as the declaration says; undefined: it is kept for ever. What left the table
 * earlier and counts on is in the aggregates alone. Epoch milliseconds.
 */
export const horizonOf = ({ archive }: System, now: number): number | undefined =>
  archive.journal.lifeDays === undefined ? undefined : now - archive.journal.lifeDays * DAY_MS;

/** Groups that may hold such: no recount can tell what they should be. By key id. */
export function beyondHorizon(system: System, { stored }: Recounted, horizon: number | undefined): ReadonlySet<string> {
  if (horizon === undefined) return new Set();
  const keeping = new Set(system.statistics.filter((one) => keepsDeparted(system, one)).map(({ name }) => name));
  const old = [...storedGroups(system, stored)].filter(
    ([, { statistic, item }]) => keeping.has(statistic) && (storedSince(item) ?? 0) < horizon,
  );
  return new Set(old.map(([id]) => id));
}

const keepsDeparted = (system: System, { feeds }: Statistic<unknown>): boolean =>
  system.entities.some((entity) => feeds.some(({ of }) => of === entity) && leavesCounted(system, entity));

/** Whether items of it may leave the table and count on: TTL takes whatever has its attribute, a collection its members. */
const leavesCounted = ({ table: { ttl }, retention }: System, entity: Entity<unknown>): boolean =>
  (ttl !== undefined && !entity.retractsExpired) || retention.some(({ members }) => members.includes(entity));
