import type { Aggregate } from './aggregate.ts';
import { canonical } from './canonical.ts';
import type { Measure, Plain } from './measures/measure.ts';
import type { Contribution, Statistic } from './statistic.ts';

const PORTION = 1_000;

type Add = Contribution['add'];

/** An input, and how many times it was added more than taken back. */
interface Held {
  readonly input: unknown;
  n: number;
}

/**
 * What one group's measures were given that forget (`isUnknown`): every input, for whoever may not forget and has the memory. In an
 * order that the live aggregate never saw, their state would lose the view where the live one has it.
 */
export class WholeInputs {
  readonly #held = new Map<string, Map<string, Held>>();

  /** Keeps what is of such measures. @returns the rest */
  take({ measures }: Statistic<unknown>, add: Add, n: 1 | -1): Add {
    const rest: Record<string, unknown> = {};
    for (const name in add) {
      if (add[name] === undefined) continue;
      if (measures[name]?.isUnknown) this.#count(name, add[name], n);
      else rest[name] = add[name];
    }
    return rest;
  }

  /** The group's state with what was kept. */
  applied({ statistic, state }: Aggregate): Aggregate['state'] {
    const next = { ...state };
    for (const [name, held] of this.#held) next[name] = stateOf(statistic.measures[name] as Measure<unknown>, held);
    return next;
  }

  #count(name: string, input: unknown, n: 1 | -1): void {
    const held = this.#held.get(name) ?? new Map<string, Held>();
    this.#held.set(name, held);
    const id = canonical(input);
    const known = held.get(id);
    if (!known) held.set(id, { input, n });
    else if (known.n + n === 0) held.delete(id);
    else known.n += n;
  }
}

/**
 * In portions: a measure keeps all that it is given together in order, and of a million that takes minutes. Where something is taken
 * back that was never added, all at once: no value may give way to one that does not stay.
 */
function stateOf(measure: Measure<unknown>, held: ReadonlyMap<string, Held>): Plain {
  const inputs = [...held.values()];
  const removed = inputs.filter(({ n }) => n < 0);
  const added = inputs.filter(({ n }) => n > 0);
  if (removed.length > 0) return measure.apply(measure.empty, repeated(removed, -1), repeated(added, 1)) as Plain;
  let state = measure.empty as Plain;
  for (let from = 0; from < added.length; from += PORTION)
    state = measure.apply(state, [], repeated(added.slice(from, from + PORTION), 1)) as Plain;
  return state;
}

const repeated = (inputs: readonly Held[], sign: 1 | -1): unknown[] =>
  inputs.flatMap(({ input, n }) => new Array<unknown>(sign * n).fill(input));
