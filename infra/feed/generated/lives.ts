import { type Attributes, encodeAttributes } from '../../../shared/model/attribute.ts';
import type { ObjectRef } from '../../../shared/model/objectRef.ts';
import { DAY_MS } from '../../../shared/model/retention.ts';
import { Chance } from './chance.ts';

/** A write that the user's code makes at some moment: a whole item, or the removal of one, named by its key's attributes; or an object in S3. */
export type HistoryWrite =
  | { readonly at: number; readonly put: Attributes }
  | { readonly at: number; readonly remove: Attributes }
  | { readonly at: number; readonly store: ObjectRef; readonly text: string };

/** One of the lives that a history is made of. */
export interface Life {
  /** 0 for the first. */
  readonly number: number;
  readonly chance: Chance;
  /** When it begins, epoch milliseconds. */
  readonly at: number;
  /** When the history ends: what would come later is left out. */
  readonly until: number;
  /** Names of tables and buckets end with it. */
  readonly stage: string;
}

/** How lives of one system go. Pure: a life gives the same writes whenever it is asked, in the order of their time. */
export interface LifeGenerator {
  /** What one life is, for people, in the plural. */
  readonly of: string;
  /** So long lives begin to come, up to the history's end. */
  readonly days: number;
  writesOf(life: Life): HistoryWrite[];
}

export interface Generated {
  readonly lives: number;
  readonly seed: number;
  /** Epoch milliseconds. */
  readonly until: number;
  readonly stage: string;
}

/** @param at epoch milliseconds */
export const put = (at: number, item: Record<string, unknown>): HistoryWrite => ({ at, put: encodeAttributes(item) });
export const remove = (at: number, key: Record<string, string>): HistoryWrite => ({
  at,
  remove: encodeAttributes(key),
});
export const store = (at: number, ref: ObjectRef, text: string): HistoryWrite => ({ at, store: ref, text });

/** All writes of so many lives, by time: lives come at random, and go on side by side. The same number gives the same history. */
export function* generate(generator: LifeGenerator, { lives, seed, until, stage }: Generated): Iterable<HistoryWrite> {
  const arrivals = arrivalsOf(new Chance(seed), lives, until - generator.days * DAY_MS, until);
  let ahead: HistoryWrite[] = [];
  for (const [number, at] of arrivals.entries()) {
    const come = ahead.findIndex((write) => write.at >= at);
    yield* ahead.splice(0, come === -1 ? ahead.length : come);
    const writes = generator.writesOf({ number, chance: new Chance(seedOf(seed, lives, number)), at, until, stage });
    ahead = [...ahead, ...writes.filter((write) => write.at < until)].sort((a, b) => a.at - b.at);
  }
  yield* ahead;
}

/** Each life has its own chance: one that takes another turn changes no other. A history of more lives is another history. */
const seedOf = (...numbers: number[]): number =>
  numbers.reduce((seed, number) => Math.imul(seed ^ number, 0x9e3779b1) ^ (seed >>> 15), 0x85ebca6b);

function arrivalsOf(chance: Chance, lives: number, from: number, until: number): number[] {
  const waits = Array.from({ length: lives + 1 }, () => chance.wait(1_000_000));
  const all = waits.reduce((sum, wait) => sum + wait, 0);
  let passed = 0;
  return waits.slice(0, lives).map((wait) => {
    passed += wait;
    return Math.floor(from + (passed / all) * (until - from));
  });
}
