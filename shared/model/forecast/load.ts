import { wrong } from '../errors.ts';

/** What a system is expected to carry, on average over a month. */
export interface Load {
  /** Writes and deletes of users' items; what afterwrite itself writes comes on top. */
  readonly changesPerSecond: number;
  /** Of an item, as DynamoDB counts them. */
  readonly itemBytes: number;
  /** Open shards of the streams. Absent: 4 a table, as a new one on demand has, or more where the rate asks for them. */
  readonly shards?: number;
  /** How many tenants may be in one batch; where the system has some. Absent: 100. */
  readonly tenants?: number;
  /** Dollars a month that afterwrite may cost: a forecast that exceeds it is refused. Absent: no limit. */
  readonly monthlyDollars?: number;
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html */
const LEAST_SHARDS = 4;
/** A partition takes so many write units a second. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html */
const PARTITION_UNITS = 1_000;
const TENANTS = 100;
const UNIT_BYTES = 1_024;

/** @param tables that are read as one */
export const shardsOf = ({ changesPerSecond, itemBytes, shards }: Load, tables: number): number =>
  shards ?? Math.max(LEAST_SHARDS * tables, (changesPerSecond * Math.ceil(itemBytes / UNIT_BYTES)) / PARTITION_UNITS);

export const tenantsOf = ({ tenants = TENANTS }: Load): number => tenants;

/** Throws DECLARATION_WRONG. */
export function checkLoad(load: Load, path = 'load'): void {
  for (const name of ['changesPerSecond', 'itemBytes', 'shards', 'tenants', 'monthlyDollars'] as const) {
    const value = load[name];
    const least = name === 'changesPerSecond' ? 0 : Number.MIN_VALUE;
    if (value !== undefined && !(Number.isFinite(value) && value >= least))
      throw wrong(`${path}.${name}`, `${value} is none`, `give a number ${least === 0 ? 'from' : 'above'} 0`);
  }
}
