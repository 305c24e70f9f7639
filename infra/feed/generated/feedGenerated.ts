import { type Key, keyText } from '../../../shared/model/keys.ts';
import { startOfHour } from '../../../shared/model/time.ts';
import type { ItemWrite } from '../../../shared/ports/tableStore.ts';
import { advanceFedClock, startFedClock } from '../../../shared/state/fedClock.ts';
import { keyOf } from '../../../shared/stream/change.ts';
import { persist } from '../../../shared/stream/persist.ts';
import type { Workplace } from '../../pipeline/workplace.ts';
import type { Fed, FeedSurroundings } from '../fed.ts';
import { generate, type HistoryWrite, type LifeGenerator } from './lives.ts';

export interface GenerateOptions extends FeedSurroundings {
  readonly lives: number;
  readonly seed: number;
}

/** Writes that are made together; the clock moves, and what was written is noted, after each portion. */
const PORTION = 100;
const PK = 'FEED';

/**
 * Writes generated lives into the table, by event time, as their user's code would have. The stage's clock follows. How far
 * it came is noted: fed again, it goes on there. What is cut off within a portion writes that portion again.
 */
export async function feedGenerated(
  place: Workplace,
  generator: LifeGenerator,
  options: GenerateOptions,
): Promise<Fed> {
  const { lives, seed, clock, signal } = options;
  const { written: before, until } = await progressOf(place, options);
  const fed: Fed = { lines: 0, written: 0, present: 0, broken: [] };
  let portion: HistoryWrite[] = [];
  const flush = async (): Promise<void> => {
    const writes = portion;
    portion = [];
    await persist(options, { feed: `${place.system.name} ${seed}` }, signal, async () => {
      if (fed.lines === 0) await startFedClock(place.state, Math.min(writes[0]?.at ?? until, clock.now()));
      const refused = await writePortion(place, options, writes);
      await noteProgress(place, options, { written: before + fed.written + writes.length, until });
      fed.broken.push(...refused.map((key) => ({ line: undefined, reason: `the table does not take ${key}` })));
      fed.written += writes.length;
    });
    fed.lines = fed.present + fed.written;
    options.onProgress?.(fed);
  };
  for (const write of generate(generator, { lives, seed, until, stage: place.names.stage })) {
    if (signal.aborted) return fed;
    if (fed.present < before) {
      fed.present++;
      continue;
    }
    portion.push(write);
    if (portion.length >= PORTION) await flush();
  }
  if (portion.length > 0) await flush();
  return fed;
}

/** Gives the keys that the table did not take. */
async function writePortion(
  { table, objects, state, system }: Workplace,
  { clock, rate, pause, signal }: GenerateOptions,
  writes: readonly HistoryWrite[],
): Promise<string[]> {
  // What an item refers to is there before it.
  for (const write of writes) if ('store' in write) await objects.put(write.store, Buffer.from(write.text));
  const ofTable = writes.flatMap((write): { key: Key; write: ItemWrite }[] => {
    if ('store' in write) return [];
    const key = keyOf(system.table, 'put' in write ? write.put : write.remove);
    return [{ key, write: 'put' in write ? { put: write.put } : { remove: key } }];
  });
  const outcomes = await table.write(ofTable.map(({ write }) => write));
  await advanceFedClock(state, clock, writes.at(-1)?.at ?? 0);
  if (rate !== undefined) await pause((1000 * writes.length) / rate, signal);
  return ofTable.filter((_, i) => outcomes[i] === 'refused').map(({ key }) => keyText(key));
}

interface FeedProgress {
  readonly written: number;
  /** The history's end: of the first time that it was fed. */
  readonly until: number;
}

const nameOf = ({ lives, seed }: GenerateOptions): string => `GENERATED#${lives}#${seed}`;

async function progressOf({ state }: Workplace, options: GenerateOptions): Promise<FeedProgress> {
  const record = await state.get(PK, nameOf(options));
  if (typeof record?.written === 'number' && typeof record.until === 'number')
    return { written: record.written, until: record.until };
  return { written: 0, until: startOfHour(options.clock.now()) };
}

const noteProgress = ({ state }: Workplace, options: GenerateOptions, progress: FeedProgress): Promise<void> =>
  state.put([{ pk: PK, sk: nameOf(options), ...progress }]);
