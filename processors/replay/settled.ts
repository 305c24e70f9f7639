import { canonical } from '../../shared/model/canonical.ts';
import type { Pause } from '../../shared/ports/pause.ts';
import type { Shadow } from './shadow.ts';

export interface Settled extends Shadow {
  /** Groups that differed, otherwise each time: the readers are on their way. */
  readonly unjudged: number;
}

/** The journal is written by another reader than the statistics: either may be ahead, for as long as they catch up. */
const SETTLE_MS = 2_000;
const PASSES = 5;

/**
 * Compares again while what differs goes on changing. A difference counts once it is the very same in two passes; where none of
 * them has changed, that is the end.
 */
export async function settledShadow(
  compare: () => Promise<Shadow>,
  { pause, signal }: { pause: Pause; signal: AbortSignal },
): Promise<Settled> {
  let shadow = await compare();
  let sure: Shadow['drifts'] = [];
  for (let pass = 1; pass < PASSES && shadow.drifts.length > sure.length && !signal.aborted; pass++) {
    await pause(SETTLE_MS, signal);
    const before = new Set(shadow.drifts.map(textOf));
    shadow = await compare();
    sure = shadow.drifts.filter((drift) => before.has(textOf(drift)));
  }
  return { ...shadow, drifts: sure, unjudged: shadow.drifts.length - sure.length };
}

const textOf = ({ id, fields }: Shadow['drifts'][number]): string => canonical([id, fields]);
