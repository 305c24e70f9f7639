import fc from 'fast-check';
import { count } from '../../shared/model/measures/count.ts';
import { countBy } from '../../shared/model/measures/countBy.ts';
import { max, min } from '../../shared/model/measures/extreme.ts';
import { histogram } from '../../shared/model/measures/histogram.ts';
import { label } from '../../shared/model/measures/label.ts';
import type { Measure } from '../../shared/model/measures/measure.ts';
import { members } from '../../shared/model/measures/members.ts';
import { newest } from '../../shared/model/measures/newest.ts';
import { sum } from '../../shared/model/measures/sum.ts';
import * as naive from './naiveMeasures.ts';

interface Law<Input> {
  readonly name: string;
  readonly measure: Measure<Input>;
  readonly input: fc.Arbitrary<Input>;
  /** The view, computed from the list of what was added and not taken back. */
  readonly from: (survivors: readonly Input[]) => unknown;
  /** What makes inputs of one history differ, where they must. */
  readonly distinct?: (input: Input) => unknown;
}

const law = <Input, State>(given: Omit<Law<Input>, 'measure'> & { measure: State }): Law<unknown> =>
  given as unknown as Law<unknown>;

const few = fc.constantFrom('a', 'b', 'c');
const value = fc.record({ status: fc.constantFrom('pending', 'failed'), score: fc.option(fc.nat(3)) });

const laws = [
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
    name: 'histogram',
    measure: histogram(0, 100),
    input: fc.oneof(fc.nat(100), fc.nat(3)),
    from: naive.histogram,
  }),
  law({ name: 'label', measure: label(), input: fc.oneof(few, value), from: naive.label }),
  law({
    name: 'members',
    measure: members(),
    input: fc.record({ id: fc.string({ maxLength: 3 }), text: few }),
    from: naive.members,
    distinct: ({ id }) => id,
  }),
  law({ name: 'newest', measure: newest(), input: fc.record({ order: fc.nat(4), value }), from: naive.newest }),
  law({ name: 'sum', measure: sum(), input: fc.integer({ min: -9, max: 9 }), from: naive.sum }),
  law({ name: 'min of numbers', measure: min<number>(), input: fc.integer({ min: -20, max: 11 }), from: naive.least }),
  law({
    name: 'max of numbers',
    measure: max<number>(),
    input: fc.integer({ min: -20, max: 11 }),
    from: naive.greatest,
  }),
  law({
    name: 'min of texts',
    measure: min<string>(),
    input: fc.oneof(few, fc.string({ maxLength: 1 })),
    from: naive.leastText,
  }),
];

interface Step {
  readonly added: unknown[];
  readonly removed: unknown[];
}

/** A history: inputs, whether each is taken back again, and the steps of all that in some order and some cut. */
const histories = ({ input, distinct }: Law<unknown>) =>
  fc
    .uniqueArray(fc.record({ input, survives: fc.boolean() }), {
      maxLength: 25,
      comparator: (a, b) => distinct !== undefined && distinct(a.input) === distinct(b.input),
    })
    .chain((inputs) => {
      const acts = inputs.flatMap(({ input: one, survives }) => [
        { sign: 1, input: one },
        ...(survives ? [] : [{ sign: -1, input: one }]),
      ]);
      return fc.record({
        survivors: fc.constant(inputs.filter(({ survives }) => survives).map((one) => one.input)),
        acts: fc.shuffledSubarray(acts, { minLength: acts.length }),
        cuts: fc.infiniteStream(fc.integer({ min: 1, max: 6 })),
      });
    });

function steps(acts: readonly { sign: number; input: unknown }[], cuts: Iterator<number>): Step[] {
  const found: Step[] = [];
  for (let at = 0; at < acts.length; ) {
    const size = Number(cuts.next().value);
    const portion = acts.slice(at, at + size);
    const of = (sign: number): unknown[] => portion.filter((act) => act.sign === sign).map(({ input }) => input);
    found.push({ added: of(1), removed: of(-1) });
    at += size;
  }
  return found;
}

describe.each(laws.map((one) => [one.name, one] as const))('%s', (_, one) => {
  const { measure, from } = one;
  const inputs = fc.array(one.input, { maxLength: 12 });
  const reload = <State>(state: State): State => JSON.parse(JSON.stringify(state));

  test('nothing added and nothing taken back is nothing', () => {
    fc.assert(
      fc.property(inputs, (added) => {
        const state = measure.apply(measure.empty, [], added);
        expect(measure.view(measure.apply(state, [], []))).toEqual(measure.view(state));
      }),
    );
    expect(measure.isEmpty(measure.empty)).toBe(true);
    expect(measure.view(measure.empty)).toEqual(from([]));
  });

  test('what is added and taken back leaves the view as it was', () => {
    fc.assert(
      fc.property(inputs, one.input, (before, guest) => {
        const state = measure.apply(measure.empty, [], before);
        const back = measure.apply(measure.apply(state, [], [guest]), [guest], []);
        expect(measure.view(back)).toEqual(measure.view(state));
        expect(measure.isEmpty(back)).toBe(measure.isEmpty(state));
        expect(measure.view(measure.apply(state, [guest], [guest]))).toEqual(measure.view(state));
      }),
    );
  });

  test('in any order and any cut, stored and read in between, it is what the survivors give', () => {
    fc.assert(
      fc.property(histories(one), ({ survivors, acts, cuts }) => {
        let state = measure.empty;
        for (const { added, removed } of steps(acts, cuts)) state = reload(measure.apply(state, removed, added));
        expect(measure.view(state)).toEqual(from(survivors));
        if (survivors.length === 0) expect(measure.isEmpty(state)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
