import { canonical } from '../../shared/model/canonical.ts';
import type { Pause } from '../../shared/ports/pause.ts';
import type { Shadow } from './shadow.ts';

export interface Settled extends Shadow {
  /** Groups that differ while readers are behind or on their way: of them nothing is proven. */
  readonly unjudged: number;
}

export interface Settling {
  compare(): Promise<Shadow>;
  /** Whether any reader has something to read. */
  isReading(): Promise<boolean>;
  readonly pause: Pause;
  readonly signal: AbortSignal;
}

/** The journal is written by another reader than the statistics: either may be ahead, for as long as they catch up. */
const SETTLE_MS = 2_000;
const PASSES = 60;
/** Passes without a step of readers that have something to read: nobody runs. */
const STANDING_PASSES = 5;

/** Compares again while readers catch up. A difference counts once it is the very same in two passes, and all is read. */
export async function settledShadow({ compare, isReading, pause, signal }: Settling): Promise<Settled> {
  let seen = '';
  let standing = 0;
  for (let pass = 1; ; pass++) {
    // Asked first: what comes meanwhile is a difference that the next pass has otherwise.
    const reading = pass === 1 || (await isReading());
    const shadow = await compare();
    const now = canonical(shadow.drifts.map(({ id, fields }) => [id, fields]).sort());
    standing = now === seen ? standing + 1 : 0;
    seen = now;
    if (shadow.drifts.length === 0 || (standing > 0 && !reading)) return { ...shadow, unjudged: 0 };
    if (pass === PASSES || standing === STANDING_PASSES || signal.aborted)
      return { ...shadow, drifts: [], unjudged: shadow.drifts.length };
    await pause(SETTLE_MS, signal);
  }
}
