/**
 * Tells when nothing is left to read. Every piece of work moves a counter; a shard is caught up as long as the counter
 * has not moved since it asked for a page that came back empty. Work of one reader thereby wakes the others: what
 * statistics write is read by all.
 */
export class Activity {
  #count = 0;
  readonly #caughtUp = new Map<string, number>();

  /** Where the counter stands: taken before a page is asked for. */
  get count(): number {
    return this.#count;
  }

  moved(): void {
    this.#count++;
  }

  follow(shard: string): void {
    this.#caughtUp.set(shard, -1);
  }

  forget(shard: string): void {
    this.#caughtUp.delete(shard);
  }

  emptySince(shard: string, count: number): void {
    this.#caughtUp.set(shard, count);
  }

  /** Whether every shard that is followed is at its end. */
  idle(): boolean {
    return [...this.#caughtUp.values()].every((count) => count === this.#count);
  }
}
