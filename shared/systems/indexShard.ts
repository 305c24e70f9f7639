/** How many partitions of an index share one busy value (a status, a category). Readers merge them. */
export const INDEX_SHARDS = 4;

/** Spreads ids evenly, and always the same way. */
export const indexShard = (id: string): number =>
  [...id].reduce((sum, char) => (sum * 31 + (char.codePointAt(0) ?? 0)) % 9973, 7) % INDEX_SHARDS;
