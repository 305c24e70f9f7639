import type { Attributes } from '../../shared/model/attribute.ts';
import { type Deployed, usualFor } from '../../shared/model/forecast/deployed.ts';
import { declaredFootprint, type Footprint } from '../../shared/model/forecast/footprint.ts';
import { type Forecast, forecast } from '../../shared/model/forecast/forecast.ts';
import { type Load, shardsOf } from '../../shared/model/forecast/load.ts';
import { READER_BATCHES } from '../../shared/model/readerBatches.ts';
import type { System } from '../../shared/model/system.ts';
import { tableCount } from '../../shared/model/tables.ts';
import { Sample } from './sample.ts';

/** What is said without a sample: the most that the declaration alone tells. */
export const declaredForecast = (system: System, load: Load, deployed: Deployed = usualFor(system)): Forecast =>
  forecast({ system, load, deployed, footprint: declaredFootprint(system, load.itemBytes) });

export interface Sampled {
  /** Items that were seen. */
  readonly items: number;
  readonly footprint: Footprint;
  readonly load: Load;
  readonly forecast: Forecast;
}

/** The same by items that were seen, in batches as large as the rate makes them in one shard. */
export async function sampledForecast(
  system: System,
  items: AsyncIterable<Attributes>,
  rate: Pick<Load, 'changesPerSecond'>,
  deployed: Deployed = usualFor(system),
): Promise<Sampled> {
  const { records, windowSeconds } = READER_BATCHES.live;
  const perShard = rate.changesPerSecond / shardsOf({ ...rate, itemBytes: 1 }, tableCount(system.table));
  const size = Math.min(records, Math.max(1, Math.round(perShard * windowSeconds)));
  const sample = new Sample(system);
  let batch: Attributes[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    sample.add(batch);
    batch = [];
  }
  sample.add(batch);
  const footprint = sample.footprint();
  const load = { ...system.load, ...rate, itemBytes: Math.max(1, footprint.itemBytes) };
  return { items: sample.changes, footprint, load, forecast: forecast({ system, load, deployed, footprint }) };
}
