import type { System } from '../system.ts';
import { tableCount } from '../tables.ts';
import { archiveLines } from './archiveLines.ts';
import { databaseLines } from './databaseLines.ts';
import type { Deployed } from './deployed.ts';
import type { Footprint } from './footprint.ts';
import { type Load, shardsOf, tenantsOf } from './load.ts';
import { type Line, MONTH_S } from './month.ts';
import { SERVICES_US_EAST_1, type ServicePrices } from './prices.ts';
import { batchesOf, runningLines } from './runningLines.ts';
import { watchingLines } from './watchingLines.ts';

export interface Forecast {
  readonly lines: readonly Line[];
  /** The sum of the lines. */
  readonly dollars: number;
  /** The same where nothing is written. */
  readonly fixedDollars: number;
}

/** Dollars a month for what afterwrite does; the writes that it follows are not its own. Before taxes, free tiers and traffic. */
export function forecast(
  { system, load, footprint, deployed }: { system: System; load: Load; footprint: Footprint; deployed: Deployed },
  prices: ServicePrices = SERVICES_US_EAST_1,
): Forecast {
  const linesAt = (changesPerSecond: number): Line[] => {
    const changes = changesPerSecond * MONTH_S;
    const records = changes * (1 + footprint.aggregates);
    const shards = shardsOf(load, tableCount(system.table));
    const batches = batchesOf(records / MONTH_S, shards);
    const month = { system, footprint, deployed, prices, changes, records, batches, tenants: tenantsOf(load), shards };
    return [databaseLines, runningLines, archiveLines, watchingLines].flatMap((lines) => lines(month));
  };
  const lines = linesAt(load.changesPerSecond);
  return { lines, dollars: totalOf(lines), fixedDollars: totalOf(linesAt(0)) };
}

const totalOf = (lines: readonly Line[]): number => lines.reduce((sum, { dollars }) => sum + dollars, 0);
