/**
 * Tells when nothing is left to read. Every piece of work moves a counter; a shard is caught up as long as the counter
 * has not moved since it asked for a page that came back empty. Work of one reader thereby wakes the others: what
 * statistics write is read by all.
 */
export class Activity {
  #count = 0;
  readonly #caughtUp = new Map<string, number>();
  /** Shards that came back empty in this round. */
  readonly #round = new Set<string>();
  #roundBegan = 0;
  #quietRounds = 0;

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
    this.#round.add(shard);
  }

  /** Whether every shard that is followed is at its end. */
  idle(): boolean {
    return [...this.#caughtUp.values()].every((count) => count === this.#count);
  }

  /** How many rounds in a row nothing moved. A round ends when this is asked after every shard came back empty in it. */
  quietRounds(): number {
    const moved = !this.idle() || this.#roundBegan !== this.#count;
    if (!moved && ![...this.#caughtUp.keys()].every((shard) => this.#round.has(shard))) return this.#quietRounds;
    this.#quietRounds = moved ? 0 : this.#quietRounds + 1;
    this.#roundBegan = this.#count;
    this.#round.clear();
    return this.#quietRounds;
  }
}
