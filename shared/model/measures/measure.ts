/** State of a measure: plain JSON, so that an aggregate stores all of them as one text. */
export type Plain = null | boolean | number | string | Plain[] | { [name: string]: Plain };

/**
 * A measure is a small commutative group: contributions are added and taken back in any order, and what was added and
 * taken back leaves no trace in the view. `apply` nets both lists first, so that an update that changes nothing is free.
 * It never changes the state that it is given: the same state may be shared, and applied to again.
 */
export interface Measure<Input, State extends Plain = Plain, View = unknown> {
  readonly kind: string;
  readonly empty: State;
  /** What it was declared with, so that a changed declaration shows. Absent: nothing that its empty view doesn't show. */
  readonly parameters?: Plain;
  /** Throws ITEM_MALFORMED on what it can't take, so that only the change which brings it is parked. Absent: it takes all. */
  check?(input: Input): void;
  apply(state: State, removed: readonly Input[], added: readonly Input[]): State;
  /** Two states as one, as if all that went into either had gone into it: what a spread aggregate is read with. */
  merge(a: State, b: State): State;
  /** What takes a state back: merged with it, nothing is left. */
  negate(state: State): State;
  /** What people read, and what later statistics and events are given. */
  view(state: State): View;
  /** Whether nothing is left in it. */
  isEmpty(state: State): boolean;
  /** What of the state the contributions alone decide, in whatever order they came; absent: all of it. */
  essence?(state: State): Plain;
  /** Whether the state no longer tells the view (which is null then) and the group must be read again. Absent: never. */
  isUnknown?(state: State): boolean;
}

/** Sums signed multiplicities a text; the entries that net to nothing are gone. */
export function net(removed: readonly string[], added: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of added) counts.set(text, (counts.get(text) ?? 0) + 1);
  for (const text of removed) {
    const left = (counts.get(text) ?? 0) - 1;
    if (left === 0) counts.delete(text);
    else counts.set(text, left);
  }
  return counts;
}

export type Multiset = { [text: string]: number };

/** A multiset after a change of multiplicities; entries at zero are left out. Any text is an entry, `constructor` too. */
export function addToMultiset(state: Multiset, change: Iterable<readonly [string, number]>): Multiset {
  let next: Multiset | undefined;
  for (const [text, n] of change) {
    if (n === 0) continue;
    next ??= { ...state };
    const count = (Object.hasOwn(next, text) ? (next[text] as number) : 0) + n;
    if (count === 0) delete next[text];
    // Assigned, this one name would set the object's prototype.
    else if (text === '__proto__')
      Object.defineProperty(next, text, { value: count, enumerable: true, configurable: true, writable: true });
    else next[text] = count;
  }
  return next ?? state;
}

/** How a measure merges whose state is a multiset: counts of one entry add up. */
export const multisets = {
  merge: (a: Multiset, b: Multiset): Multiset => addToMultiset(a, Object.entries(b)),
  negate: (state: Multiset): Multiset =>
    addToMultiset(
      {},
      Object.entries(state).map(([text, n]): [string, number] => [text, -n]),
    ),
};

export function isEmptyMultiset(state: Multiset): boolean {
  for (const _ in state) return false;
  return true;
}
