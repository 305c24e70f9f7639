/** Which jobs of a reader may be done now, and how. */
export interface Wanted {
  readonly shards: readonly string[];
  /** Called for each shard when its lease is taken; the lease goes when this resolves. Never rejects. */
  serve(shard: string, signal: AbortSignal): Promise<void>;
  /** Other workers took, released or finished something: what may be read can be different now. */
  changed(): void;
}

/** Shares the shards of one stream among workers. */
export interface Leases {
  /** Tells what a reader could read, in place of what it told before. Resolves when free leases have been taken. */
  want(reader: string, wanted: Wanted): Promise<void>;
}

/** What the lease of a reader's shard is called. */
export const jobOf = (reader: string, shard: string): string => `${reader}/${shard}`;
