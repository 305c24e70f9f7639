import { type AfterwriteError, isAfterwriteError } from '../model/errors.ts';
import type { Page } from '../ports/streamSource.ts';
import { type Checkpoint, saveCheckpoint } from '../state/checkpoints.ts';
import { type Change, decodeChange } from './change.ts';
import { tellOnce } from './losses.ts';
import { persist } from './persist.ts';
import type { Processor } from './processor.ts';
import { Progress, reportProgress } from './progress.ts';
import type { ReaderContext } from './readerContext.ts';
import type { StreamRecord } from './record.ts';
import { isAfter, lowest } from './sequence.ts';

/**
 * Reads one shard for the processors of one reader.
 *
 * States: opening -> reading -> (flushing -> reading)* -> finished (the shard is closed and all of it is processed) or
 * stopped (by the signal; what is buffered is read again later). An expired iterator leads back to opening; so does a
 * trimmed position, after the loss is noted.
 */
export class ShardReader {
  readonly #context: ReaderContext;
  readonly #shard: string;
  readonly #processors: readonly Processor[];
  /** By processor: the last sequence number that is done. */
  readonly #done: Map<string, string | undefined>;
  readonly #progress: Progress;
  #buffer: Change[] = [];
  #bufferedSince = 0;

  constructor(context: ReaderContext, shard: string, checkpoints: readonly Checkpoint[]) {
    this.#context = context;
    this.#shard = shard;
    this.#processors = context.processors.map((processor) => processor.fresh?.() ?? processor);
    const own = checkpoints.filter((checkpoint) => checkpoint.shard === shard);
    const sequenceOf = (name: string) => own.find(({ processor }) => processor === name)?.sequence;
    this.#done = new Map(context.processors.map(({ name }) => [name, sequenceOf(name)]));
    const times = own.flatMap(({ at }) => at ?? []);
    this.#progress = new Progress(times.length === 0 ? undefined : Math.min(...times));
  }

  /** Resolves with true when the shard is finished, with false when the signal stopped it. */
  async run(signal: AbortSignal): Promise<boolean> {
    const { metrics } = this.#context;
    const ended = new AbortController();
    const reading = this.#readAll(signal).finally(() => ended.abort());
    reading.catch(() => {});
    const stopped = AbortSignal.any([signal, ended.signal]);
    if (metrics) await reportProgress(this.#context, metrics, this.#shard, () => this.#lags(), stopped);
    return reading;
  }

  /** How old the oldest change is that each processor has not done. */
  #lags(): Map<string, number | undefined> {
    const now = this.#context.clock.now();
    const waiting = (name: string) =>
      this.#buffer.find(({ position }) => isAfter(position.sequence, this.#done.get(name)));
    return new Map(this.#processors.map(({ name }) => [name, this.#progress.lag(waiting(name), now)]));
  }

  async #readAll(signal: AbortSignal): Promise<boolean> {
    const { activity, name, pause, pollMs } = this.#context;
    const id = `${name}/${this.#shard}`;
    let iterator: string | undefined;
    while (!signal.aborted) {
      const asked = activity.count;
      iterator ??= await this.#persist(signal, () => this.#open());
      if (iterator === undefined) continue;
      const page = await this.#persist(signal, () => this.#read(iterator as string));
      iterator = page?.next;
      if (page === undefined) continue;
      this.#progress.read(page);
      this.#append(page.records);
      if (this.#flushIsDue(page.next === undefined)) await this.#flush(signal);
      if (signal.aborted) return false;
      if (page.next === undefined) return (await this.#persist(signal, () => this.#finish())) ?? false;
      if (page.records.length > 0) continue;
      if (this.#buffer.length === 0) activity.emptySince(id, asked);
      await pause(pollMs, signal);
    }
    return false;
  }

  #append(records: readonly StreamRecord[]): void {
    if (records.length === 0) return;
    const { activity, clock, source, system } = this.#context;
    activity.moved();
    if (this.#buffer.length === 0) this.#bufferedSince = clock.now();
    for (const record of records) this.#buffer.push(decodeChange(system, record, source.stream, this.#shard));
  }

  #flushIsDue(closed: boolean): boolean {
    const { batch, clock } = this.#context;
    if (this.#buffer.length === 0) return false;
    const waited = clock.now() - this.#bufferedSince;
    // A clock that was set back says nothing about how long it has been: what is buffered does not wait for it.
    return closed || this.#buffer.length >= batch.changes || waited >= batch.waitMs || waited < 0;
  }

  async #flush(signal: AbortSignal): Promise<void> {
    const changes = this.#buffer;
    await Promise.all(
      this.#processors.map((processor) => this.#persist(signal, () => this.#process(processor, changes))),
    );
    if (signal.aborted) return;
    this.#buffer = [];
    this.#context.activity.moved();
  }

  /** What lies ahead of the processor's own checkpoint, then the checkpoint. */
  async #process(processor: Processor, changes: readonly Change[]): Promise<true> {
    const ahead = changes.filter((change) => isAfter(change.position.sequence, this.#done.get(processor.name)));
    const last = ahead[ahead.length - 1];
    if (!last) return true;
    await processor.process(ahead);
    const { sequence } = last.position;
    const checkpoint = { processor: processor.name, shard: this.#shard, sequence, at: last.at, finished: false };
    await this.#save(checkpoint, this.#done.get(processor.name));
    this.#done.set(processor.name, sequence);
    return true;
  }

  async #finish(): Promise<true> {
    for (const { name } of this.#processors) {
      const sequence = this.#done.get(name);
      const checkpoint = { processor: name, shard: this.#shard, sequence, at: this.#progress.readUpTo, finished: true };
      await this.#save(checkpoint, sequence);
    }
    return true;
  }

  /**
   * Who read on from a position has read all that lies behind it. Who had none began with what there was: if somebody else
   * has come further meanwhile, what lies between may be trimmed, unread by both.
   */
  #save(checkpoint: Checkpoint, known: string | undefined): Promise<void> {
    const { source, state } = this.#context;
    const passing = async (sequence: string): Promise<void> => {
      if (known !== undefined) return;
      try {
        await source.open(this.#shard, sequence);
      } catch (error) {
        if (!isAfterwriteError(error, 'STREAM_TRIMMED')) throw error;
        await this.#noteLoss(error, sequence);
      }
    };
    return saveCheckpoint(state, source.stream, checkpoint, known, passing);
  }

  /** Behind the last change that is buffered, or else behind the lowest checkpoint. */
  async #open(): Promise<string> {
    const { source } = this.#context;
    const after = this.#buffer[this.#buffer.length - 1]?.position.sequence ?? this.#lowest();
    try {
      // For a processor without a checkpoint all is read again, which can't tell a loss: the others' position can.
      const known = after === undefined ? lowest(this.#checkpoints()) : undefined;
      if (known !== undefined) await source.open(this.#shard, known);
      return await source.open(this.#shard, after);
    } catch (error) {
      if (!isAfterwriteError(error, 'STREAM_TRIMMED')) throw error;
      await this.#noteLoss(error);
      return source.open(this.#shard, undefined);
    }
  }

  /** @param from what was lost lies behind it: the lowest position, where no other is known */
  #noteLoss(
    { message }: AfterwriteError,
    from = lowest(this.#checkpoints()) ?? this.#buffer[0]?.position.sequence,
  ): Promise<void> {
    const what = `after ${from}#${this.#context.name}`;
    return tellOnce(this.#context, { shard: this.#shard, what, reason: message });
  }

  async #read(iterator: string): Promise<Page | undefined> {
    try {
      return await this.#context.source.read(iterator);
    } catch (error) {
      // Opened again from the last change that was read: an open that finds it trimmed notes the loss.
      if (isAfterwriteError(error, 'STREAM_EXPIRED_ITERATOR') || isAfterwriteError(error, 'STREAM_TRIMMED'))
        return undefined;
      throw error;
    }
  }

  /** Undefined where a processor has none. */
  #lowest(): string | undefined {
    const checkpoints = this.#checkpoints();
    return checkpoints.length < this.#done.size ? undefined : lowest(checkpoints);
  }

  #checkpoints(): string[] {
    return [...this.#done.values()].filter((sequence) => sequence !== undefined);
  }

  #persist<Result>(signal: AbortSignal, attempt: () => Promise<Result>): Promise<Result | undefined> {
    return persist(this.#context, { reader: this.#context.name, shard: this.#shard }, signal, attempt);
  }
}
