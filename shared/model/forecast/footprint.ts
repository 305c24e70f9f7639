import { sharesOf } from '../share.ts';
import type { Source } from '../source.ts';
import type { Statistic } from '../statistic.ts';
import type { System } from '../system.ts';

/** What one change of a user's item brings with it, on average. */
export interface Footprint {
  readonly itemBytes: number;
  /** Aggregates that are written for it: each comes back as a record of the stream. */
  readonly aggregates: number;
  /** Write units of these, of the table alone … */
  readonly writeUnits: number;
  /** … and of the indexes that show them. */
  readonly indexUnits: number;
  /** Read units: each aggregate is read before it is written. */
  readonly readUnits: number;
  readonly events: number;
  /** Of one of them. */
  readonly eventBytes: number;
  /** Entries that say when a collection is due. */
  readonly due: number;
  /** Items that leave the table one day. */
  readonly leaving: number;
  /** Bundles that they leave in. */
  readonly bundles: number;
}

/** What is taken for an aggregate and for an event where none was seen. */
export const AGGREGATE_BYTES = 1_024;
const EVENT_BYTES = 1_024;
/** What a collection is taken to hold, where none was seen. */
const ITEMS_A_BUNDLE = 4;
const WRITE_UNIT_BYTES = 1_024;
const READ_UNIT_BYTES = 4_096;
/** An entry of an index that moves is deleted and put. */
const UNITS_A_MOVE = 2;

export const writeUnitsOf = (bytes: number): number => Math.max(1, Math.ceil(bytes / WRITE_UNIT_BYTES));
export const readUnitsOf = (bytes: number): number => Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES));

/**
 * The most that the declaration alone tells: each change is read by itself, nothing of a batch is folded; every entity is
 * written as often as every other; each record of a source that has events asks for one.
 */
export function declaredFootprint(system: System, itemBytes: number): Footprint {
  const rates = ratesOf(system);
  const rateOf = ({ name }: Source<unknown>): number => rates.get(name) ?? 0;
  const sum = <Item>(items: readonly Item[], of: (item: Item) => number): number =>
    items.reduce((total, item) => total + of(item), 0);
  const { entities, statistics, retention } = system;
  const aggregates = sum(statistics, rateOf);
  const members = [...new Set(retention.flatMap((collection) => collection.members))];
  const leaving = sum(members, rateOf);
  return {
    itemBytes,
    aggregates,
    writeUnits: aggregates * writeUnitsOf(AGGREGATE_BYTES),
    readUnits: aggregates * readUnitsOf(AGGREGATE_BYTES),
    indexUnits: sum(
      statistics,
      (one) => rateOf(one) * indexesOf(system, one) * UNITS_A_MOVE * writeUnitsOf(AGGREGATE_BYTES),
    ),
    events: sum([...entities, ...statistics], (source) => rateOf(source) * versionsOf(system, source)),
    eventBytes: EVENT_BYTES,
    due: sum(retention, ({ of }) => rateOf(of)),
    leaving,
    bundles: leaving / ITEMS_A_BUNDLE,
  };
}

/** Records of each source for one change: statistics come after those that feed them. */
function ratesOf({ entities, statistics }: System): Map<string, number> {
  const rates = new Map(entities.map(({ name }) => [name, 1 / entities.length]));
  for (const statistic of statistics) {
    let rate = 0;
    for (const { of, contribute } of statistic.feeds)
      rate += (rates.get(of.name) ?? 0) * Math.max(1, sharesOf(statistic, contribute(of.example)).length);
    rates.set(statistic.name, rate);
  }
  return rates;
}

/** How many indexes of the table show items of a statistic, as far as its example tells. */
function indexesOf({ table: { indexes = [] } }: System, statistic: Statistic<unknown>): number {
  const least = statistic.hasIndexes ? 1 : 0;
  try {
    const shown = { ...statistic.shape(statistic.example), ...statistic.indexes(statistic.example) };
    return Math.max(
      least,
      indexes.filter(({ partition, sort }) => partition in shown && (sort === undefined || sort in shown)).length,
    );
  } catch {
    return least;
  }
}

/** Events of one happening: one for each version that is declared beside the others. */
function versionsOf(system: System, source: Source<unknown>): number {
  const versions = new Map<object, number>();
  for (const { when } of system.eventsOf(source)) versions.set(when, (versions.get(when) ?? 0) + 1);
  return Math.max(0, ...versions.values());
}
