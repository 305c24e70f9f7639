import type { Shard, StreamSource } from '../ports/streamSource.ts';

/** One listing may be older than what was seen elsewhere: an id is gone when so many have not shown it. */
const LISTINGS = 5;

/**
 * Which shard may have come from which, also where the stream has forgotten those in between. States of an id: strange ->
 * listed, or gone (the first listings that were made for it did not show it; shards that come later have new ids).
 */
export class Ancestry {
  readonly #source: Pick<StreamSource, 'shards'>;
  /** Every shard that was ever listed, with its parent. */
  readonly #parents = new Map<string, string | undefined>();
  /** Those of the last listing. */
  #held: ReadonlySet<string> = new Set();
  /** Id to how many listings did not show it. */
  readonly #missing = new Map<string, number>();

  constructor(source: Pick<StreamSource, 'shards'>) {
    this.#source = source;
  }

  /** Lists the stream's shards where one of these was never heard of. */
  async meet(shards: Iterable<string>): Promise<void> {
    const strange = [...shards].filter((shard) => !this.#parents.has(shard) && this.#missed(shard) < LISTINGS);
    if (strange.length === 0) return;
    const listed: readonly Shard[] = await this.#source.shards();
    this.#held = new Set(listed.map(({ id }) => id));
    for (const { id, parent } of listed) this.#parents.set(id, parent);
    for (const shard of strange) if (!this.#parents.has(shard)) this.#missing.set(shard, this.#missed(shard) + 1);
  }

  /**
   * Whether a shard came from another, directly or over others. Of a shard that nobody knows, any may be an ancestor. Where
   * the stream has forgotten some of those in between, any that it has forgotten too: older shards are forgotten first.
   */
  mayDescend(shard: string, ancestor: string): boolean {
    if (!this.#parents.has(shard)) return true;
    let at: string | undefined = shard;
    while (at !== undefined && this.#parents.has(at)) {
      at = this.#parents.get(at);
      if (at === ancestor) return true;
    }
    return at !== undefined && !this.#held.has(ancestor);
  }

  #missed(shard: string): number {
    return this.#missing.get(shard) ?? 0;
  }
}
