import fc from 'fast-check';
import { type Exact, exactFromText } from '../../shared/model/decimal.ts';
import { count } from '../../shared/model/measures/count.ts';
import { countBy } from '../../shared/model/measures/countBy.ts';
import { max, min } from '../../shared/model/measures/extreme.ts';
import { histogram } from '../../shared/model/measures/histogram.ts';
import { label } from '../../shared/model/measures/label.ts';
import { mean } from '../../shared/model/measures/mean.ts';
import type { Measure } from '../../shared/model/measures/measure.ts';
import { members } from '../../shared/model/measures/members.ts';
import { first, newest } from '../../shared/model/measures/newest.ts';
import { rate } from '../../shared/model/measures/rate.ts';
import { sum } from '../../shared/model/measures/sum.ts';
import { variance } from '../../shared/model/measures/variance.ts';
import { decimalText } from './decimals.ts';
import * as naive from './naiveMeasures.ts';

/** A measure, what it takes, and what it must give. */
export interface Law<Input> {
  readonly name: string;
  readonly measure: Measure<Input>;
  readonly input: fc.Arbitrary<Input>;
  /** The view, computed from the list of what was added and not taken back. */
  readonly from: (survivors: readonly Input[]) => unknown;
  /** What makes inputs of one history differ, where they must. */
  readonly distinct?: (input: Input) => unknown;
  /** It shows one or some of its inputs, and none that was taken back before it came. */
  readonly chooses?: true;
  /** Its state holds only a part: the view may be unknown, and the state may depend on the order. */
  readonly mayForget?: true;
}

const law = <Input, State>(given: Omit<Law<Input>, 'measure'> & { measure: State }): Law<unknown> =>
  given as unknown as Law<unknown>;

const few = fc.constantFrom('a', 'b', 'c');
const value = fc.record({ status: fc.constantFrom('pending', 'failed'), score: fc.option(fc.nat(3)) });
const order = fc.oneof(fc.nat(4), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
const version = fc.record({ order, value });
const small = fc.integer({ min: -20, max: 11 });
/** Up to 38 digits, and few enough others that values meet. */
const exact: fc.Arbitrary<Exact> = fc.oneof(decimalText.map(exactFromText), small);
const text = fc.oneof(few, fc.string({ maxLength: 1 }));
const share = fc.oneof(fc.boolean(), fc.record({ part: exact, whole: exact }));

const counting = [
  law({
    name: 'count',
    measure: count(),
    input: fc.oneof(fc.boolean(), fc.integer({ min: -5, max: 5 })),
    from: naive.count,
  }),
  law({
    name: 'countBy',
    measure: countBy(['a', 'z']),
    input: fc.oneof(few, fc.dictionary(few, fc.integer({ min: -2, max: 2 }), { noNullPrototype: true })),
    from: naive.countBy(['a', 'z']),
  }),
  law({
    name: 'countBy of any text',
    measure: countBy(),
    input: fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString')),
    from: naive.countBy([]),
  }),
  law({
    name: 'histogram',
    measure: histogram(0, 100),
    input: fc.oneof(fc.nat(100), fc.nat(3)),
    from: naive.histogram({ low: 0, step: 1, percents: [50, 90] }),
  }),
  law({
    name: 'histogram of wide buckets',
    measure: histogram(-50, 1000, { step: 7, percentiles: [1, 25, 99, 100] }),
    input: fc.integer({ min: -50, max: 1000 }),
    from: naive.histogram({ low: -50, step: 7, percents: [1, 25, 99, 100] }),
  }),
];

const totalling = [
  law({ name: 'sum', measure: sum(), input: exact, from: naive.exactSum }),
  law({ name: 'sum of small numbers', measure: sum(), input: small, from: naive.sum }),
  law({ name: 'mean', measure: mean(), input: exact, from: naive.mean }),
  law({ name: 'variance', measure: variance(), input: exact, from: naive.variance(0) }),
  law({ name: 'variance of a sample', measure: variance({ of: 'sample' }), input: exact, from: naive.variance(1) }),
  law({ name: 'rate', measure: rate(), input: share, from: naive.rate }),
  law({ name: 'rate of hits', measure: rate(), input: fc.boolean(), from: naive.rate }),
];

const choosing = [
  law({ name: 'label', measure: label(), input: fc.oneof(few, value), from: naive.label }),
  law({
    name: 'members',
    measure: members(),
    input: fc.record({ id: fc.string({ maxLength: 3 }), text: few }),
    from: naive.members,
    distinct: ({ id }) => id,
  }),
  law({ name: 'newest', measure: newest(), input: version, from: naive.newest }),
  law({ name: 'first', measure: first(), input: version, from: naive.first }),
  law({ name: 'min of numbers', measure: min<number>(), input: small, from: naive.most(-1) }),
  law({ name: 'max of 38 digits', measure: max<Exact>(), input: exact, from: naive.most(1) }),
  law({ name: 'min of texts', measure: min<string>(), input: text, from: naive.leastText }),
];

const forgetting = [
  law({ name: 'min that keeps one', measure: min({ keep: 1 }), input: small, from: naive.most(-1), mayForget: true }),
  law({ name: 'max that keeps three', measure: max({ keep: 3 }), input: exact, from: naive.most(1), mayForget: true }),
  law({
    name: 'max of texts that keeps two',
    measure: max<string>({ keep: 2 }),
    input: text,
    from: naive.greatestText,
    mayForget: true,
  }),
];

export const laws: readonly Law<unknown>[] = [
  ...counting,
  ...totalling,
  ...[...choosing, ...forgetting].map((one) => ({ ...one, chooses: true as const })),
];
