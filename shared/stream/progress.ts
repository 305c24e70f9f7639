import { LAG, TIME_TO_LOSS } from '../model/metricNames.ts';
import type { Metrics } from '../ports/metrics.ts';
import { type Page, STREAM_KEEPS_MS } from '../ports/streamSource.ts';
import type { Change } from './change.ts';
import type { ReaderContext } from './readerContext.ts';

const REPORT_EVERY_MS = 10_000;

/** How far a shard was read. */
export class Progress {
  /** Stream time of the last change that was read, epoch milliseconds; undefined: none is known. */
  readUpTo: number | undefined;
  #isAtEnd = false;

  constructor(readUpTo: number | undefined) {
    this.readUpTo = readUpTo;
  }

  read({ records }: Page): void {
    this.#isAtEnd = records.length === 0;
    this.readUpTo = records[records.length - 1]?.at ?? this.readUpTo;
  }

  /**
   * How old the oldest change is that was not done, in milliseconds: 0 where all is read, undefined before anything is
   * known. What follows on the last page that was not empty is no older than that page.
   * @param waiting what was read and is not done
   */
  lag(waiting: Change | undefined, now: number): number | undefined {
    if (waiting) return Math.max(0, now - waiting.at);
    if (this.#isAtEnd) return 0;
    return this.readUpTo === undefined ? undefined : Math.max(0, now - this.readUpTo);
  }
}

/**
 * Reports lag and time to loss of a shard, beside its reading: also while a processor fails for hours, which is when it
 * matters. Resolves when the signal ends it.
 * @param lags by processor
 */
export async function reportProgress(
  { name, pause }: Pick<ReaderContext, 'name' | 'pause'>,
  metrics: Metrics,
  shard: string,
  lags: () => ReadonlyMap<string, number | undefined>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await pause(REPORT_EVERY_MS, signal);
    for (const [processor, lag] of lags())
      if (lag !== undefined) tellLag(metrics, { reader: name, processor, shard }, lag);
  }
}

/** How long until what is so old, in milliseconds, is gone from the stream. */
export const secondsToLoss = (lag: number): number => Math.max(0, Math.round((STREAM_KEEPS_MS - lag) / 1000));

/** @param lag milliseconds */
export function tellLag(
  metrics: Metrics,
  dimensions: { readonly reader: string; readonly processor: string; readonly shard: string },
  lag: number,
): void {
  metrics.gauge(LAG, Math.round(lag / 1000), dimensions);
  metrics.gauge(TIME_TO_LOSS, secondsToLoss(lag), dimensions);
}
