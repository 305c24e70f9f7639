/** Those of one kind: how many, and the first few. */
export interface Sampled {
  readonly kind: string;
  readonly count: number;
  readonly first: readonly string[];
}

/** How many there were of a kind, and the first few of them. */
export class Samples {
  readonly #kinds = new Map<string, { count: number; first: string[] }>();
  readonly #most: number;

  /** @param before to be gone on with */
  constructor(most = 3, before: readonly Sampled[] = []) {
    this.#most = most;
    for (const { kind, count, first } of before) this.#kinds.set(kind, { count, first: [...first] });
  }

  add(kind: string, sample: string): void {
    const known = this.#kinds.get(kind) ?? { count: 0, first: [] };
    known.count++;
    if (known.first.length < this.#most) known.first.push(sample);
    this.#kinds.set(kind, known);
  }

  all(): Sampled[] {
    return [...this.#kinds].map(([kind, { count, first }]) => ({ kind, count, first }));
  }
}
