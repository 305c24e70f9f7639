import { createHash } from 'node:crypto';
import { canonical } from '../../shared/model/canonical.ts';
import type { System } from '../../shared/model/system.ts';
import type { StateStore } from '../../shared/ports/stateStore.ts';
import type { StreamSource } from '../../shared/ports/streamSource.ts';
import { type BackfillProgress, forgetBackfill, loadBackfill, saveBackfill } from '../../shared/state/backfill.ts';
import { loadCheckpoints } from '../../shared/state/checkpoints.ts';
import { unnotedDue } from '../../shared/state/due.ts';
import { dueOfStored } from '../../shared/stream/due.ts';
import { persist } from '../../shared/stream/persist.ts';
import { isAfter } from '../../shared/stream/sequence.ts';
import { planBackfill } from './plan.ts';
import { type BackfillContext, type BackfillOptions, BackfillRun, MOST_BEHIND_MS } from './run.ts';
import { type Added, type LeftItems, Tally } from './tally.ts';

export interface Backfilled {
  /** That were looked at, derived ones included. */
  readonly items: number;
  readonly backfilled: number;
  /** Deadlines and times to leave that nobody had noted: of items that are older than their declaration. */
  readonly noted: number;
  readonly added: readonly Added[];
  readonly left: readonly LeftItems[];
  /** That lacked something at the last look into the stream still: their writers go on so. */
  readonly late: number;
  /** False: it was stopped, and goes on where it was. */
  readonly isOver: boolean;
}

/** A write is in the table a moment before its record is in the stream. */
const SETTLE_MS = 3_000;
const ROUNDS = 5;
const WHERE = { command: 'backfill' };

/**
 * Adds to items what they lack of what their entities derive from them, and notes when they come due where a deadline or collection was
 * declared later than they were written, while writes go on. States: scanning (a place in the table, and
 * places in the stream from before it began, are saved) -> following (the stream is read until it tells of no item that lacks something) ->
 * over (nothing is saved). Killed anywhere, the next one goes on where it was.
 *
 * THE LAW: each item that stood when the stream was begun to be read for the last time has what can be derived from it, and is noted. What is
 * written while the table is scanned, before or behind the place of the scan, comes with the stream.
 *
 * No event comes of it, and no statistic changes: the writes are marked as afterwrite's own, and the item is to code what it was. A
 * deadline that had passed before is set by the sweeper in the same way: it counts, and is told to nobody.
 */
export async function backfill(
  context: BackfillContext,
  options: BackfillOptions & { readonly isAnew?: boolean | undefined },
): Promise<Backfilled> {
  const { signal } = options;
  const step = <Result>(act: () => Promise<Result>) => persist(options, WHERE, signal, act);
  const run = await step(async () => {
    const source = await context.stream();
    return new BackfillRun(context, options, source, await begin(context, source, options.isAnew === true));
  });
  if (!run) return { ...reported(new Tally()), late: 0, isOver: false };
  await step(() => run.scan());
  let late = 0;
  for (let round = 0; round < ROUNDS && !signal.aborted; round++) {
    await options.pause(SETTLE_MS, signal);
    late = (await step(() => run.follow())) ?? 0;
    if (late === 0) break;
  }
  if (!signal.aborted) await step(() => forgetBackfill(context.state));
  return { ...reported(run.tally), late, isOver: !signal.aborted };
}

/** What would be added, by a scan alone. Nothing is written or saved. @param state absent: what is noted is not asked for */
export async function wouldBackfill(
  { system, table, state }: Pick<BackfillContext, 'system' | 'table'> & Partial<Pick<BackfillContext, 'state'>>,
  { signal, onProgress }: Pick<BackfillOptions, 'signal' | 'onProgress'>,
): Promise<Backfilled> {
  const tally = new Tally();
  for await (const page of table.pages(undefined)) {
    for (const item of page) {
      const plan = planBackfill(system, item);
      if (!plan) continue;
      tally.leaves(plan.key, plan.left);
      if (plan.backfilling) tally.wrote(plan);
    }
    const due = page.flatMap((item) => dueOfStored(system, item, 0));
    if (state) tally.noted += (await unnotedDue(state, due)).length;
    tally.items += page.length;
    onProgress?.(tally.items, tally.backfilled);
    if (signal.aborted) break;
  }
  return { ...reported(tally), late: 0, isOver: !signal.aborted };
}

const reported = ({ items, backfilled, noted, added, left }: Tally) => ({ items, backfilled, noted, added, left });

/** Where an earlier run was, if it is one of the same and the stream still holds what came since; else the beginning, which is saved. */
async function begin(
  { system, state, clock }: BackfillContext,
  source: StreamSource,
  isAnew: boolean,
): Promise<BackfillProgress> {
  const [declaration, { stream }] = [declarationOf(system), source];
  const before = isAnew ? undefined : await loadBackfill(state);
  const isSame = before?.declaration === declaration && before.stream === stream;
  if (before && isSame && clock.now() - before.followedAt < MOST_BEHIND_MS) return before;
  const followedAt = clock.now();
  const positions = await positionsNow(source, state);
  const progress = {
    declaration,
    stream,
    positions,
    followedAt,
    items: 0,
    backfilled: 0,
    noted: 0,
    added: [],
    left: [],
  };
  await saveBackfill(state, progress);
  return progress;
}

/** How far anybody has read each shard: what comes later lies behind. */
async function positionsNow(source: StreamSource, state: StateStore): Promise<Record<string, string>> {
  const positions: Record<string, string> = {};
  for (const { shard, sequence, finished } of await loadCheckpoints(state, source.stream)) {
    const known = positions[shard];
    if (finished) positions[shard] = 'all';
    else if (sequence !== undefined && known !== 'all' && isAfter(sequence, known)) positions[shard] = sequence;
  }
  return positions;
}

const declarationOf = ({ entities, retention, table: { indexes = [] } }: System): string => {
  const derived = entities.map(({ name, indexes: keys, defaults }) => [name, String(keys), defaults]);
  const due = [retention.map(({ name }) => name), entities.map(({ deadlines }) => deadlines.map(({ field }) => field))];
  return createHash('sha256')
    .update(canonical([indexes, derived, due]))
    .digest('base64url');
};
