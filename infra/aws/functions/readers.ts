import { AfterwriteError } from '../../../shared/model/errors.ts';
import type { System } from '../../../shared/model/system.ts';
import type { TablePart } from '../../../shared/model/tables.ts';
import type { StreamSource } from '../../../shared/ports/streamSource.ts';
import { MappedShards } from '../../../shared/stream/mappedShards.ts';
import { type Delivery, tableOfStream } from '../../../shared/stream/mappingEvent.ts';
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
    const part = partRead(place, stream);
    const source = await place.stream(stream);
    const given = await processors(countedPlace(place, counts), options, source);
    const { state } = place;
    const context = { ...options, name, system, state, source, slice, processors: given, shards: new MappedShards() };
    const taken = (delivery: Delivery): Delivery =>
      part ? deliveryAsOne(system.table, part, source.stream, delivery) : delivery;
    return { context, counts, taken };
  };
  return (stream) => {
    const known = byStream.get(stream) ?? once(() => open(stream));
    byStream.set(stream, known);
    return known();
  };
}

/** Which of several tables a stream is of; undefined: there is only one. Throws EVENT_UNREADABLE. */
function partRead({ system: { table }, names }: Workplace, stream: string): TablePart | undefined {
  const name = tableOfStream(stream);
  const part = table.parts?.find((one) => one.table.name(names.stage) === name);
  if (part || (!table.parts && name === names.table)) return part;
  throw new AfterwriteError('EVENT_UNREADABLE', `${stream} is the stream of no table that this system reads`, {
    mend: "map the function to the streams of the declaration's tables alone",
  });
}
