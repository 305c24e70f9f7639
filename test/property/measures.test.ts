import fc from 'fast-check';
import { canonical } from '../../shared/model/canonical.ts';
import type { Plain } from '../../shared/model/measures/measure.ts';
import { type Law, laws } from './measureTable.ts';

interface Step {
  readonly added: unknown[];
  readonly removed: unknown[];
}

interface Act {
  readonly sign: number;
  readonly input: unknown;
}

/** A history: inputs, whether each is taken back again, and the steps of all that in some order and some cut. */
const histories = ({ input, distinct }: Law<unknown>) =>
  fc
    .uniqueArray(fc.record({ input, survives: fc.boolean() }), {
      maxLength: 25,
      comparator: (a, b) => distinct !== undefined && distinct(a.input) === distinct(b.input),
    })
    .chain((inputs) => {
      const acts = inputs.flatMap(({ input: one, survives }): Act[] => [
        { sign: 1, input: one },
        ...(survives ? [] : [{ sign: -1, input: one }]),
      ]);
      return fc.record({
        survivors: fc.constant(inputs.filter(({ survives }) => survives).map((one) => one.input)),
        acts: fc.shuffledSubarray(acts, { minLength: acts.length }),
        cuts: fc.infiniteStream(fc.integer({ min: 1, max: 6 })),
      });
    });

function steps(acts: readonly Act[], cuts: Iterator<number>): Step[] {
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

/** Of states, whose parts may be shared; a Big is a value of its own. */
function deepFreeze<State>(state: State): State {
  if (typeof state === 'object' && state !== null) for (const part of Object.values(state)) deepFreeze(part);
  return Object.freeze(state);
}

describe.each(laws.map((one) => [one.name, one] as const))('%s', (_, { measure, from, ...one }) => {
  const inputs = fc.array(one.input, { maxLength: 12 });
  const stored = (state: Plain): Plain => deepFreeze(JSON.parse(JSON.stringify(state)));
  /** Fails where a measure changes what it is given. */
  const apply = (state: Plain, removed: unknown[], added: unknown[]): Plain =>
    deepFreeze(measure.apply(state, Object.freeze(removed), Object.freeze(added)));
  const show = (state: Plain): string => canonical(measure.view(state));
  const isUnknown = (state: Plain): boolean => measure.isUnknown?.(state) ?? false;
  /** The view is right; or, where the measure may forget, it says that it is not known. */
  const expectView = (state: Plain, expected: string): void => {
    if (!one.mayForget) expect(isUnknown(state)).toBe(false);
    expect(show(state)).toBe(isUnknown(state) ? 'null' : expected);
  };
  deepFreeze(measure.empty);

  test('nothing added and nothing taken back is nothing', () => {
    expect(measure.isEmpty(measure.empty)).toBe(true);
    expectView(measure.empty, canonical(from([])));
    fc.assert(
      fc.property(inputs, (added) => {
        const state = apply(measure.empty, [], added);
        expect(canonical(apply(state, [], []))).toBe(canonical(state));
      }),
    );
  });

  test('what is added and taken back leaves the view as it was', () => {
    fc.assert(
      fc.property(inputs, one.input, (before, guest) => {
        const state = apply(measure.empty, [], before);
        const back = apply(apply(state, [], [guest]), [guest], []);
        expectView(back, show(state));
        expect(measure.isEmpty(back)).toBe(measure.isEmpty(state));
        expectView(apply(state, [guest], [guest]), show(state));
        if (!one.mayForget) expect(canonical(back)).toBe(canonical(state));
      }),
    );
  });

  if (one.chooses)
    test('what is taken back before it came does not show', () => {
      fc.assert(
        fc.property(one.input, (guest) => {
          expect(show(apply(measure.empty, [guest], []))).toBe(show(measure.empty));
        }),
      );
    });

  test('in any order and any cut, stored and read in between, it is what the survivors give', () => {
    fc.assert(
      fc.property(histories(one as Law<unknown>), ({ survivors, acts, cuts }) => {
        let state = measure.empty;
        for (const { added, removed } of steps(acts, cuts)) state = stored(apply(state, removed, added));
        expectView(state, canonical(from(survivors)));
        if (survivors.length === 0) expect(measure.isEmpty(state)).toBe(true);
        if (!one.mayForget) expect(canonical(state)).toBe(canonical(apply(measure.empty, [], [...survivors])));
      }),
      { numRuns: 300 },
    );
  });

  const merge = (a: Plain, b: Plain): Plain => deepFreeze(measure.merge(a, b));
  const essence = (state: Plain): string => canonical(measure.essence ? measure.essence(state) : state);

  test('kept in parts, whatever went into which, their sum is what the survivors give', () => {
    const parts = fc.infiniteStream(fc.nat(3));
    fc.assert(
      fc.property(histories(one as Law<unknown>), parts, ({ survivors, acts, cuts }, part) => {
        const states = new Array<Plain>(4).fill(measure.empty);
        for (const { added, removed } of steps(acts, cuts)) {
          const [into, from] = [Number(part.next().value), Number(part.next().value)];
          states[into] = stored(apply(states[into] as Plain, [], added));
          states[from] = stored(apply(states[from] as Plain, removed, []));
        }
        const whole = stored(states.reduce(merge));
        expectView(whole, canonical(from(survivors)));
        const atOnce = apply(measure.empty, [], [...survivors]);
        expect(essence(whole)).toBe(essence(atOnce));
        expect(measure.isEmpty(whole)).toBe(measure.isEmpty(atOnce));
        if (!one.mayForget) expect(canonical(whole)).toBe(canonical(atOnce));
      }),
      { numRuns: 300 },
    );
  });

  test('what is negated and merged takes back, and what comes after still counts', () => {
    fc.assert(
      fc.property(inputs, inputs, inputs, (wrong, right, later) => {
        const spoiled = apply(measure.empty, [], wrong);
        const correction = merge(apply(measure.empty, [], right), measure.negate(spoiled));
        expect(measure.isEmpty(merge(spoiled, measure.negate(spoiled)))).toBe(true);
        const whole = merge(apply(spoiled, [], later), stored(correction));
        const expected = apply(apply(measure.empty, [], right), [], later);
        expect(essence(whole)).toBe(essence(expected));
        expectView(whole, show(expected));
        if (!one.mayForget) expect(canonical(whole)).toBe(canonical(expected));
      }),
    );
  });
});
