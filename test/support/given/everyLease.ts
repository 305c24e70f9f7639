import { jobOf, type Leases } from '../../../shared/stream/leases.ts';

/** For a reader that nobody shares the stream with: every lease is its own, at once. */
export function everyLease(): Leases {
  const held = new Set<string>();
  return {
    async want(reader, { shards, serve }) {
      for (const shard of shards) {
        const job = jobOf(reader, shard);
        if (held.has(job)) continue;
        held.add(job);
        serve(shard, new AbortController().signal).then(() => held.delete(job));
      }
    },
  };
}
