import { compareExact, divideExact, type Exact } from '../decimal.ts';
import type { Measure } from './measure.ts';
import { totals } from './totals.ts';

/** `true` is one hit of one, `false` a miss; or any part of any whole (bytes sent of bytes asked for). */
type Share = boolean | { part: Exact; whole: Exact };

/**
 * A part of a whole, to 38 digits (0.25: a quarter failed); null where the whole is 0.
 * State: both exact sums. Laws: identity, any order (state too), inverse. Taken back by subtraction.
 * Costs as many bytes as the two totals have digits.
 */
export type Rate = Measure<Share, string[], Exact | null>;

export const rate = (): Rate =>
  totals(
    'rate',
    2,
    (share: Share) => (typeof share === 'boolean' ? [share ? 1 : 0, 1] : [share.part, share.whole]),
    ([part = 0, whole = 0]) => (compareExact(whole, 0) === 0 ? null : divideExact(part, whole)),
  );
