import { readBundles } from '../../shared/archive/bundle.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import { isAfterwriteError } from '../../shared/model/errors.ts';
import { type Key, keyId, keyText } from '../../shared/model/keys.ts';
import { departuresOf } from '../../shared/state/departures.ts';
import { advanceFedClock, startFedClock } from '../../shared/state/fedClock.ts';
import { keyOf } from '../../shared/stream/change.ts';
import { persist } from '../../shared/stream/persist.ts';
import type { Workplace } from '../pipeline/workplace.ts';
import type { Fed, FeedSurroundings } from './fed.ts';
import { linesOf } from './linesOf.ts';
import { ReviewHistory } from './reviewHistory.ts';
import { parseReviewLine, type ReviewLine } from './reviewLine.ts';

export interface FeedOptions extends FeedSurroundings {
  readonly file: string;
  /** Lines to take; undefined: all. */
  readonly limit: number | undefined;
}

/** Lines that are written together; the clock moves and progress shows after each portion. */
const PORTION = 50;
/** The retention rule whose departures a feed must not undo. */
const COLLECTION = 'review';

/**
 * Writes a history into the table, in order, each item only if it was never there: feeding a file twice, or a longer one
 * over a shorter one, changes nothing that stands. The stage's clock follows the history. Broken lines are counted, the
 * rest goes on.
 */
export async function feed(place: Workplace, options: FeedOptions): Promise<Fed> {
  const fed: Fed = { lines: 0, written: 0, present: 0, broken: [] };
  const history = new ReviewHistory();
  let portion: ReviewLine[] = [];
  const flush = async (): Promise<void> => {
    const prepared = prepare(portion);
    // Retried as a whole: every write of it is conditional.
    await persist(options, { feed: options.file }, options.signal, () => writePortion(place, options, prepared, fed));
    fed.lines += portion.length;
    portion = [];
    options.onProgress?.(fed);
  };
  const prepare = (lines: readonly ReviewLine[]): Portion => {
    const writes = lines.map((line) => history.writesOf(line));
    const steps = [
      writes.flatMap((w) => w.requested),
      writes.flatMap((w) => w.finished),
      writes.flatMap((w) => w.fixes),
    ];
    const times = lines.map((line) => Date.parse(String(line.completed_at)) || 0);
    return { steps, from: Math.min(...times), until: Math.max(...times) };
  };
  let number = 0;
  for await (const text of linesOf(options.file)) {
    if (options.signal.aborted || number === options.limit) break;
    number++;
    if (text.trim() === '') continue;
    try {
      portion.push(parseReviewLine(text, number));
    } catch (error) {
      if (!isAfterwriteError(error, 'FEED_LINE_BROKEN')) throw error;
      fed.broken.push({ line: number, reason: error.message });
    }
    if (portion.length >= PORTION) await flush();
  }
  if (portion.length > 0 && !options.signal.aborted) await flush();
  return fed;
}

interface Portion {
  readonly steps: Attributes[][];
  /** Earliest and latest event time of the portion, epoch milliseconds. */
  readonly from: number;
  readonly until: number;
}

async function writePortion(
  place: Workplace,
  options: FeedOptions,
  { steps, from, until }: Portion,
  fed: Fed,
): Promise<void> {
  if (fed.lines === 0) await startFedClock(place.state, Math.min(from, options.clock.now()));
  const settled = await settledKeys(place, steps.flat());
  let written = 0;
  let present = 0;
  for (const step of steps) {
    const missing = step.filter((item) => !settled.has(keyId(keyOf(place.system.table, item))));
    const outcomes = await place.table.putIfAbsent(missing);
    const refused = missing
      .filter((_, i) => outcomes[i] === 'refused')
      .map((item) => keyText(keyOf(place.system.table, item)));
    fed.broken.push(...refused.map((key) => ({ line: undefined, reason: `the table does not take ${key}` })));
    const put = outcomes.filter((outcome) => outcome === 'written').length;
    written += put;
    present += step.length - put - refused.length;
    if (options.rate !== undefined) await options.pause((1000 * put) / options.rate, options.signal);
  }
  await advanceFedClock(place.state, options.clock, until);
  fed.written += written;
  fed.present += present;
}

/**
 * Ids of the items, among these, that are in the table or have left it: those must not come back by being fed again.
 * The table is asked first: a departure is written before its first delete, so what is gone by then is known as gone,
 * also while a sweep works beside this feed.
 */
async function settledKeys(place: Workplace, items: readonly Attributes[]): Promise<Set<string>> {
  const keys = items.map((item) => keyOf(place.system.table, item));
  const settled = new Set((await place.table.read(keys)).keys());
  for (const id of await departedIds(place, keys)) settled.add(id);
  return settled;
}

async function departedIds({ system, names, state, archive }: Workplace, keys: readonly Key[]): Promise<string[]> {
  const owners = [...new Set(keys.map(({ pk }) => pk).filter((pk) => pk.startsWith('REVIEW#')))];
  const departures = await departuresOf(
    state,
    COLLECTION,
    owners.map((pk) => ({ pk, sk: 'STATS' })),
  );
  const bundles = await Promise.all(
    departures.map(({ source }) => readBundles(system, names, archive, COLLECTION, source)),
  );
  return bundles.flatMap((items) => [...items.keys()]);
}
