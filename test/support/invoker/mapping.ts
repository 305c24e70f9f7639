import { isAfterwriteError } from '../../../shared/model/errors.ts';
import type { Shard, StreamSource } from '../../../shared/ports/streamSource.ts';
import { readableShards } from '../../../shared/stream/lineage.ts';
import type { MappingAnswer, MappingEvent } from '../../../shared/stream/mappingEvent.ts';
import type { StreamRecord } from '../../../shared/stream/record.ts';
import { below, chance, pick, type Random } from '../../simulation/random.ts';
import { toMappingEvent } from './toMappingEvent.ts';

interface MappingSettings {
  readonly batchSize: number;
  readonly tumblingWindowMs: number;
  readonly bisects: boolean;
}

/** What becomes of an invocation. */
export type InvocationFate = 'sound' | 'answer lost' | 'timed out';

export interface MappingGiven {
  readonly source: StreamSource;
  readonly settings: MappingSettings;
  readonly random: Random;
  /** Runs the function; `timed out`: gives up on it at some moment, and throws, whatever the function does from then on. */
  invoke(event: MappingEvent, fate: InvocationFate): Promise<unknown>;
  /** So many invocations do not end well, or come again. */
  faults: number;
}

/** What was seen of the mapping's own behaviour, so that a test can tell that it happened. */
export interface MappingTold {
  invocations: number;
  empty: number;
  final: number;
  bisected: number;
  again: number;
  partial: number;
  lost: number;
  timedOut: number;
}

interface Cursor {
  /** The last record that counts as done. */
  after: string | undefined;
  /** The batch is cut to so many, after a bisect. */
  limit: number | undefined;
  /** Of the window that is open. */
  window: number | undefined;
}

/**
 * An event source mapping of a DynamoDB stream with a tumbling window: TRIM_HORIZON, ParallelizationFactor 1,
 * ReportBatchItemFailures, bisect, retries and age unlimited. Parents are delivered before their children. Batches never
 * cross a window; a window ends with a last invocation, which may be empty, as may others be.
 *
 * States of a shard: reading -> (invoked -> reading, behind the batch or before its lowest failure | halved)* -> finished.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-windows.html
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export class EventSourceMapping {
  readonly told: MappingTold = {
    invocations: 0,
    empty: 0,
    final: 0,
    bisected: 0,
    again: 0,
    partial: 0,
    lost: 0,
    timedOut: 0,
  };
  readonly #given: MappingGiven;
  readonly #cursors = new Map<string, Cursor>();
  readonly #finished = new Set<string>();

  constructor(given: MappingGiven) {
    this.#given = given;
  }

  /** One step of one shard; false where no shard has anything more for now. */
  async step(): Promise<boolean> {
    const { source, random } = this.#given;
    const ready = readableShards(await source.shards(), this.#finished);
    while (ready.length > 0) {
      const [shard] = ready.splice(below(random, ready.length), 1);
      if (await this.#stepShard(shard as Shard)) return true;
    }
    return false;
  }

  async #stepShard({ id }: Shard): Promise<boolean> {
    const cursor = this.#cursors.get(id) ?? { after: undefined, limit: undefined, window: undefined };
    this.#cursors.set(id, cursor);
    const { records, closed } = await this.#read(id, cursor);
    const [first] = records;
    if (cursor.window !== undefined && (!first || this.#windowOf(first) !== cursor.window)) {
      await this.#end(id, cursor);
      return true;
    }
    if (!first) {
      if (closed) this.#finished.add(id);
      return closed;
    }
    cursor.window = this.#windowOf(first);
    if (this.#isFault(0.1)) await this.#invoke(id, cursor, [], false);
    await this.#deliver(id, cursor, records);
    return true;
  }

  async #deliver(id: string, cursor: Cursor, records: readonly StreamRecord[]): Promise<void> {
    const { settings, random } = this.#given;
    const size = cursor.limit ?? 1 + below(random, settings.batchSize);
    const batch = records.filter((record) => this.#windowOf(record) === cursor.window).slice(0, size);
    const left = await this.#invoke(id, cursor, batch, false);
    const done = left === undefined ? batch.length : batch.findIndex(({ sequence }) => sequence === left);
    if (done > 0 && left !== undefined) this.told.partial++;
    const before = cursor.after;
    cursor.after = batch[done - 1]?.sequence ?? before;
    const halves = settings.bisects && done === 0 && batch.length > 1;
    if (halves) this.told.bisected++;
    cursor.limit = halves ? Math.ceil(batch.length / 2) : undefined;
    if (done > 0 && this.#isFault(0.2)) {
      this.told.again++;
      cursor.after = before;
    }
  }

  /** A last invocation, until it succeeds. */
  async #end(id: string, cursor: Cursor): Promise<void> {
    await this.#invoke(id, cursor, [], true);
    cursor.window = undefined;
  }

  /** @returns the lowest sequence number that failed; undefined: none. */
  async #invoke(
    shard: string,
    { window = 0 }: Cursor,
    batch: readonly StreamRecord[],
    isFinal: boolean,
  ): Promise<string | undefined> {
    const { source, settings, random, invoke } = this.#given;
    const bounds = { start: window, end: window + settings.tumblingWindowMs };
    const event = toMappingEvent({ stream: source.stream, shard, window: bounds, isFinal }, batch);
    const fate = this.#isFault(0.4) ? pick(random, ['answer lost', 'timed out'] as const) : 'sound';
    this.told.invocations++;
    if (isFinal) this.told.final++;
    else if (batch.length === 0) this.told.empty++;
    const all = batch[0]?.sequence;
    try {
      const answer = checked(await invoke(event, fate), batch);
      if (fate === 'answer lost') this.told.lost++;
      return fate === 'sound' ? answer : all;
    } catch (error) {
      if (error instanceof WrongAnswer) throw error;
      if (fate === 'timed out') this.told.timedOut++;
      return all;
    }
  }

  async #read(id: string, { after }: Cursor): Promise<{ records: StreamRecord[]; closed: boolean }> {
    const { source, settings } = this.#given;
    const records: StreamRecord[] = [];
    try {
      let iterator: string | undefined = await source.open(id, after);
      while (iterator !== undefined && records.length < settings.batchSize) {
        const page = await source.read(iterator);
        if (page.records.length === 0) return { records, closed: page.next === undefined };
        records.push(...page.records);
        iterator = page.next;
      }
      return { records, closed: iterator === undefined };
    } catch (error) {
      // DynamoDB Local says so now and then of what it shows to who asks again.
      if (!isAfterwriteError(error, 'STREAM_TRIMMED')) throw error;
      return { records, closed: false };
    }
  }

  #windowOf({ at }: StreamRecord): number {
    const { tumblingWindowMs } = this.#given.settings;
    return Math.floor(at / tumblingWindowMs) * tumblingWindowMs;
  }

  #isFault(part: number): boolean {
    const { random } = this.#given;
    if (this.#given.faults === 0 || !chance(random, part)) return false;
    this.#given.faults--;
    return true;
  }
}

/** Lambda takes a wrong answer as a failure, over and over: here it is a mistake of ours. */
class WrongAnswer extends Error {}

/** @returns the lowest of the failures. A window's answer must hold a state; a failure must be of the batch. */
function checked(answer: unknown, batch: readonly StreamRecord[]): string | undefined {
  const { state, batchItemFailures } = answer as MappingAnswer;
  if (JSON.stringify(state) !== '{}') throw new WrongAnswer(`the state is ${JSON.stringify(state)}`);
  const sequences = batch.map(({ sequence }) => sequence);
  const failed = batchItemFailures.map(({ itemIdentifier }) => sequences.indexOf(itemIdentifier));
  if (failed.includes(-1)) throw new WrongAnswer('a failure is of no record of the batch');
  return failed.length === 0 ? undefined : sequences[Math.min(...failed)];
}
