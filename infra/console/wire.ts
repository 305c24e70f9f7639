/** What the server tells the page. Types alone: the page shares no code with the server. */

interface MeasureAbout {
  readonly name: string;
  /** As the measure says it: count, histogram, countBy … */
  readonly kind: string;
}

export interface StatisticAbout {
  readonly name: string;
  /** The key grammar. */
  readonly key: string;
  /** The names that make a group. */
  readonly group: readonly string[];
  readonly measures: readonly MeasureAbout[];
}

export interface About {
  readonly system: string;
  readonly stage: string;
  readonly region: string;
  readonly table: string;
  readonly bus: string;
  readonly replayBus: string;
  readonly bucket: string;
  /** The command that writes something to look at; null: nobody knows one. */
  readonly feed: string | null;
  readonly statistics: readonly StatisticAbout[];
  readonly events: readonly { readonly type: string; readonly description: string }[];
  readonly entities: readonly string[];
}

/** One second of the flow. Rates are a second, over the last few seconds. */
export interface Sample {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Changes of items that users write, and of aggregates, as the archive has proven them. */
  readonly user: number;
  readonly derived: number;
  readonly events: number;
  /** Of the slowest processor, in seconds; null: not known yet. */
  readonly lagSeconds: number | null;
}

export interface Flow extends Sample {
  /** Since the start of the hour before this one. */
  readonly totals: { readonly user: number; readonly derived: number; readonly events: number };
}

export interface ShardHealth {
  readonly reader: string;
  readonly processor: string;
  readonly shard: string;
  readonly owner: string | null;
  readonly position: string | null;
  readonly finished: boolean;
  readonly lagSeconds: number;
  readonly timeToLossSeconds: number | null;
}

/** Something that a person should know, and what to do about it. */
export interface Notice {
  readonly level: 'bad' | 'warning';
  readonly text: string;
  readonly mend: string;
}

export interface Health {
  /** ISO 8601, UTC; moved by `feed` where `fed`. */
  readonly clock: { readonly now: string; readonly fed: boolean };
  readonly shards: readonly ShardHealth[];
  /** Finished shards that are left out of `shards`. */
  readonly finishedShards: number;
  readonly notices: readonly Notice[];
  /** Items with parked changes. */
  readonly parked: number;
}

/** An event as the feed lists it. */
export interface EventRow {
  /** Ascends by one with each event that the server has seen. */
  readonly index: number;
  /** Tells this publication from all others. */
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly time: string;
  readonly subject: string;
  readonly tenant: string | null;
  /** The data as JSON, cut. */
  readonly preview: string;
}

export interface EventsTold {
  readonly rows: readonly EventRow[];
  /** Rows that came between, and were left out: the page was too slow, or there are too many. */
  readonly skipped: number;
}

export type Cell = string | number | null;

/** A measure of some groups together, as plots show it. */
export type Shown =
  | { readonly kind: 'number'; readonly value: number | null }
  | { readonly kind: 'labels'; readonly labels: readonly (readonly [string, number])[] }
  | {
      readonly kind: 'distribution';
      readonly count: number;
      readonly mean: number | null;
      /** Lower edge and count, ascending. */
      readonly buckets: readonly (readonly [number, number])[];
      /** Width of a bucket. */
      readonly step: number;
    }
  | { readonly kind: 'text'; readonly text: string };

export interface StatisticTold {
  readonly name: string;
  /** Groups in the table, and those that were kept to be listed. */
  readonly groups: number;
  readonly kept: number;
  /** Those that match what was searched for. */
  readonly matching: number;
  /** ISO 8601, UTC: when the table was read. */
  readonly readAt: string;
  readonly columns: readonly { readonly name: string; readonly numeric: boolean }[];
  readonly rows: readonly { readonly group: Readonly<Record<string, string>>; readonly cells: readonly Cell[] }[];
  readonly sort: string;
  readonly descending: boolean;
  /** All groups together, by measure. */
  readonly total: Readonly<Record<string, Shown>>;
  readonly series: Series | null;
}

/** Measures over time. */
export interface Series {
  /** Buckets as their groups name them, ascending: months, days or hours. */
  readonly times: readonly string[];
  readonly measures: Readonly<Record<string, readonly Shown[]>>;
}

export interface GroupTold {
  readonly name: string;
  readonly group: Readonly<Record<string, string>>;
  readonly measures: Readonly<Record<string, Shown>>;
  /** The same group by time, where another statistic keeps that. */
  readonly over: { readonly statistic: string; readonly series: Series } | null;
}

export interface ArchiveCell {
  readonly dataset: string;
  /** YYYY-MM-DD; null: it does not lie by day. */
  readonly day: string | null;
  readonly storageClass: string;
  readonly objects: number;
  readonly bytes: number;
  /** How many can be read, must be restored first, are on their way; `unknown`: cold, too many to ask for each. */
  readonly states: Readonly<Record<ArchiveState, number>>;
}

export type ArchiveState = 'readable' | 'restoring' | 'cold' | 'unknown';

export interface ArchiveTold {
  readonly readAt: string;
  readonly cells: readonly ArchiveCell[];
}

export interface ReplayRow {
  readonly id: string;
  readonly state: 'running' | 'waiting' | 'stopped' | 'done' | 'cancelled';
  readonly target: string;
  readonly sent: number;
  readonly total: number | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly reason: string | null;
  readonly selection: Readonly<Record<string, unknown>>;
  readonly rate: number | null;
}

export interface Forecast {
  readonly events: number;
  readonly bytes: number;
  readonly byType: Readonly<Record<string, number>>;
  readonly dollars: { readonly sending: number; readonly restoring: number };
  readonly hours: { readonly sending: number | null; readonly restoring: number };
  readonly rules: readonly { readonly rule: string; readonly events: number | null }[] | null;
  readonly cold: { readonly objects: number; readonly bytes: number };
}

export interface ParkedRow {
  readonly processor: string;
  readonly key: string;
  readonly entity: string | null;
  readonly changes: number;
  readonly since: string;
  readonly code: string | null;
  readonly reason: string | null;
  /** Somebody works on it. */
  readonly held: boolean;
}

export interface ParkedTold {
  readonly rows: readonly ParkedRow[];
  /** There are more than are listed. */
  readonly more: boolean;
}

export interface WorkedOffTold {
  readonly ended: string;
  readonly changes: number;
  readonly problem: Problem | null;
}

/** What went wrong, and what to do. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly mend: string;
}
