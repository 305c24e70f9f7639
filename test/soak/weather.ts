import type { Random } from '../simulation/random.ts';
import type { Fate } from '../support/faults/faultyEndpoint.ts';

/** Of all calls, in fair weather. */
const SHARES: readonly (readonly [Fate, number])[] = [
  ['error', 0.04],
  ['throttled', 0.04],
  ['unsent', 0.03],
  ['unanswered', 0.04],
  ['partial', 0.06],
];

/** Parts of the whole time in which nothing gets through. */
const OUTAGES: readonly (readonly [from: number, to: number])[] = [
  [0.15, 0.2],
  [0.45, 0.5],
  [0.75, 0.8],
];

/** Outages are for all calls, the rest for PutEvents. @param passed the part of the whole time that is over, 0 to 1 and more */
export function weather(random: Random, passed: () => number): (puts: boolean) => Fate {
  return (puts) => {
    const at = passed();
    if (OUTAGES.some(([from, to]) => from <= at && at < to)) return 'outage';
    if (!puts) return 'sound';
    let drawn = random();
    for (const [fate, share] of SHARES) {
      if (drawn < share) return fate;
      drawn -= share;
    }
    return 'sound';
  };
}
