/** How many there were of a kind, and the first few of them. */
export class Samples {
  readonly #kinds = new Map<string, { count: number; first: string[] }>();
  readonly #most: number;

  constructor(most = 3) {
    this.#most = most;
  }

  add(kind: string, sample: string): void {
    const known = this.#kinds.get(kind) ?? { count: 0, first: [] };
    known.count++;
    if (known.first.length < this.#most) known.first.push(sample);
    this.#kinds.set(kind, known);
  }

  all(): { readonly kind: string; readonly count: number; readonly first: readonly string[] }[] {
    return [...this.#kinds].map(([kind, { count, first }]) => ({ kind, count, first }));
  }
}
