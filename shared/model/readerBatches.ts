/** How the two readers collect on Lambda: what mappings are made by, and what forecasts reckon with. */
export const READER_BATCHES = {
  live: { records: 1_000, windowSeconds: 1 },
  // The journal is at most so far behind: what leaves the table must be in it.
  archive: { records: 10_000, windowSeconds: 30 },
} as const;

/** The longest. Lambda tells the shard of a batch only in a tumbling window; nothing is kept in its state. */
export const TUMBLING_WINDOW_SECONDS = 900;
