import type { Drift } from '../../shared/model/drift.ts';
import type { System } from '../../shared/model/system.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Pause } from '../../shared/ports/pause.ts';
import { differencesOf } from './horizon.ts';
import { type RecountContext, recount } from './recount.ts';
import type { Recounted } from './tally.ts';

export interface Verification {
  readonly aggregates: number;
  readonly items: number;
  /** Items that left the table and count on. */
  readonly departed: number;
  readonly drifts: Drift[];
  /** Groups that changed too fast to be judged, in every pass. */
  readonly unjudged: number;
  /** Groups that differ, but hold what left the table before the journal goes back to: nobody can judge them. */
  readonly beyond: number;
}

export interface VerifyOptions {
  readonly clock: Pick<Clock, 'now'>;
  readonly pause: Pause;
  readonly signal: AbortSignal;
}

/** A write is in the table a moment before its record is in the stream: what seems wrong is looked at again after it. */
const SETTLE_MS = 2_000;
const PASSES = 3;

/**
 * Recomputes every statistic over what is in the table and what left it, while writes go on, and names each aggregate
 * that differs from its sources. A difference counts only if it is there in each of several passes.
 */
export async function verify(context: RecountContext, options: VerifyOptions): Promise<Verification> {
  const look = async (): Promise<Judged> => judge(context.system, await recount(context), options.clock.now());
  let judged = await look();
  for (let pass = 1; pass < PASSES && isOpen(judged) && !options.signal.aborted; pass++) {
    await options.pause(SETTLE_MS, options.signal);
    judged = agreed(judged, await look());
  }
  return { ...judged, unjudged: judged.unsure.size };
}

interface Judged extends Omit<Verification, 'unjudged'> {
  readonly unsure: ReadonlySet<string>;
}

const isOpen = ({ drifts, unsure }: Judged): boolean => drifts.length > 0 || unsure.size > 0;

function judge(system: System, recounted: Recounted, now: number): Judged {
  const { unsure, items, departed } = recounted;
  const { groups, drifts, beyond } = differencesOf(system, recounted, now);
  const sure = (all: readonly Drift[]): Drift[] => all.filter(({ id }) => !unsure.has(id));
  return { aggregates: groups.size, items, departed, drifts: sure(drifts), unsure, beyond: sure(beyond).length };
}

/** What the earlier passes had against a group stands only if this one has too. */
function agreed(before: Judged, now: Judged): Judged {
  const suspects = new Set([...before.drifts.map(({ id }) => id), ...before.unsure]);
  return {
    ...now,
    drifts: now.drifts.filter(({ id }) => suspects.has(id)),
    unsure: new Set([...now.unsure].filter((id) => suspects.has(id))),
  };
}
