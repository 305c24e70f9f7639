import type { System } from '../../../shared/model/system.ts';
import type { StreamSource } from '../../../shared/ports/streamSource.ts';
import { MappedShards } from '../../../shared/stream/mappedShards.ts';
import type { Delivery } from '../../../shared/stream/mappingEvent.ts';
import type { Processor } from '../../../shared/stream/processor.ts';
import { deliveryAsOne } from '../../../shared/stream/streamsAsOne.ts';
import type { PipelineOptions } from '../../pipeline/options.ts';
import type { Workplace } from '../../pipeline/workplace.ts';
import { Counts, countedPlace } from './counting.ts';
import type { OpenReader } from './mappingHandler.ts';
import { once, openOnce } from './opened.ts';

interface ReaderOf {
  readonly system: System;
  readonly name: 'live' | 'archive';
  /** Changes that a processor is given together. */
  readonly slice: number;
  processors(place: Workplace, options: PipelineOptions, source: StreamSource): Promise<readonly Processor[]>;
}

/** A reader of the deployed system, by its environment: opened once a stream, at the first batch. */
export function openReader({ system, name, slice, processors }: ReaderOf): (stream: string) => Promise<OpenReader> {
  const opened = openOnce(system);
  const byStream = new Map<string, () => Promise<OpenReader>>();
  const open = async (stream: string): Promise<OpenReader> => {
    const { place, options } = await opened();
    const counts = new Counts();
    const source = await place.stream(stream);
    const given = await processors(countedPlace(place, counts), options, source);
    const { state } = place;
    const context = { ...options, name, system, state, source, slice, processors: given, shards: new MappedShards() };
    return { context, counts, taken: (delivery) => takenBy(place, source, delivery) };
  };
  return (stream) => {
    const known = byStream.get(stream) ?? once(() => open(stream));
    byStream.set(stream, known);
    return known();
  };
}

/** As the system's source would have read it. */
function takenBy({ system: { table }, names }: Workplace, { stream }: StreamSource, delivery: Delivery): Delivery {
  const { parts } = table;
  return parts ? deliveryAsOne({ ...table, parts }, names.stage, stream, delivery) : delivery;
}
