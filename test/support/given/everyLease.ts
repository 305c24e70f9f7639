import type { Leases } from '../../../shared/stream/leases.ts';

/** For a reader that nobody shares the stream with: every lease is its own, at once. */
export function everyLease(): Leases {
  const held = new Set<string>();
  return {
    async want(_, { shards, serve }) {
      for (const shard of shards) {
        if (held.has(shard)) continue;
        held.add(shard);
        serve(shard, new AbortController().signal).then(() => held.delete(shard));
      }
    },
  };
}
