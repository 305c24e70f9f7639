/** More than one in so many is found for certain. */
const COUNTERS = 64;

/**
 * The most frequent of many, in little memory: a few counters, of which all go down where one more would be needed. Who is
 * left counted short by as much as that at most. Misra and Gries, "Finding repeated elements" (1982).
 */
export class HeavyHitters {
  readonly #counts = new Map<string, number>();
  #total = 0;

  get total(): number {
    return this.#total;
  }

  add(name: string): void {
    this.#total++;
    const known = this.#counts.get(name);
    if (known !== undefined || this.#counts.size < COUNTERS) {
      this.#counts.set(name, (known ?? 0) + 1);
      return;
    }
    for (const [other, count] of this.#counts)
      if (count === 1) this.#counts.delete(other);
      else this.#counts.set(other, count - 1);
  }

  /** Those that make up at least this share for certain, the most frequent first. */
  above(share: number): { readonly name: string; readonly share: number }[] {
    return [...this.#counts]
      .map(([name, count]) => ({ name, share: count / this.#total }))
      .filter((one) => one.share >= share)
      .sort((a, b) => b.share - a.share);
  }
}
