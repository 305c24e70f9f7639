import type { StreamSource } from '../../shared/ports/streamSource.ts';

/** A stream of which only the one shard is asked for: its records were read before. */
export const oneShard = (stream: string, shard: string): StreamSource => ({
  stream,
  shards: async () => [{ id: shard, parent: undefined }],
  open: () => Promise.reject(new Error('it was read before')),
  read: () => Promise.reject(new Error('it was read before')),
});
