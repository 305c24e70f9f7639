import { dynamoStreamSource } from '../../../shared/aws/streamSource.ts';
import type { System } from '../../../shared/model/system.ts';
import type { StreamSource } from '../../../shared/ports/streamSource.ts';
import { MappedShards } from '../../../shared/stream/mappedShards.ts';
import type { Processor } from '../../../shared/stream/processor.ts';
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
    const source = await sourceOf(place, stream);
    const given = await processors(countedPlace(place, counts), options, source);
    const { state } = place;
    const context = { ...options, name, system, state, source, slice, processors: given, shards: new MappedShards() };
    return { context, counts };
  };
  return (stream) => {
    const known = byStream.get(stream) ?? once(() => open(stream));
    byStream.set(stream, known);
    return known();
  };
}

/** The mapping's stream: as a rule it is the table's own. One that was turned off is delivered to its end. */
async function sourceOf(place: Workplace, stream: string): Promise<StreamSource> {
  const current = await place.stream();
  return current.stream === stream ? current : dynamoStreamSource(place.clients.streams, stream);
}
