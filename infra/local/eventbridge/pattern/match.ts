import { type Fields, NO_SEAT, type Seat, sitTogether } from './fields.ts';
import type { Branch, Pattern } from './pattern.ts';

/** Whether an event (see `fieldsOf`) matches. Fields inside arrays match together only within one element of each array. */
export const matches = (pattern: Pattern, fields: Fields): boolean =>
  pattern.branches.some((branch) => new Walk(branch, fields).holdsFrom(0, NO_SEAT));

/** One branch on one event, leaf after leaf, in the elements that the leaves before have chosen. */
class Walk {
  readonly #branch: Branch;
  readonly #fields: Fields;
  /** For each leaf, the arrays in which it or a later one has a value: what else is chosen does not matter from there on. */
  #arraysFrom: readonly ReadonlySet<number>[] | undefined;
  /** Leaf and chosen elements from which it is known to fail: or the choices of independent arrays would multiply. */
  readonly #failed = new Set<string>();

  constructor(branch: Branch, fields: Fields) {
    this.#branch = branch;
    this.#fields = fields;
  }

  holdsFrom(at: number, held: Seat): boolean {
    const leaf = this.#branch[at];
    if (leaf === undefined) return true;
    const state = this.#stateOf(at, held);
    if (this.#failed.has(state)) return false;
    let isPresent = false;
    for (const field of this.#fields.get(leaf.path) ?? []) {
      const seat = sitTogether(held, field.seat);
      if (seat === undefined) continue;
      isPresent = true;
      if (this.#failed.has(this.#stateOf(at + 1, seat))) continue;
      if (leaf.tests.some((test) => test(field.value)) && this.holdsFrom(at + 1, seat)) return true;
    }
    if (leaf.mayBeAbsent && !isPresent && this.holdsFrom(at + 1, held)) return true;
    this.#failed.add(state);
    return false;
  }

  #stateOf(at: number, held: Seat): string {
    if (held.size === 0) return String(at);
    this.#arraysFrom ??= arraysFrom(this.#branch, this.#fields);
    const arrays = this.#arraysFrom[at] ?? new Set();
    const chosen = [...held].filter(([array]) => arrays.has(array)).sort(([a], [b]) => a - b);
    return `${at}:${chosen.join(';')}`;
  }
}

const arraysFrom = (branch: Branch, fields: Fields): ReadonlySet<number>[] => {
  const sets: ReadonlySet<number>[] = [];
  let later: ReadonlySet<number> = new Set();
  for (let at = branch.length - 1; at >= 0; at--) {
    const seats = (fields.get(branch[at]?.path ?? '') ?? []).flatMap(({ seat }) => [...seat.keys()]);
    if (seats.length > 0) later = new Set([...later, ...seats]);
    sets[at] = later;
  }
  return sets;
};
