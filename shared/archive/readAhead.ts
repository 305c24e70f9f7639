/**
 * What is read of each item, in their order, while the next one is under way: a store takes longer to answer than its lines
 * take to be looked at.
 */
export async function* readAhead<Item, Read>(
  items: AsyncIterable<Item> | Iterable<Item>,
  read: (item: Item) => Promise<Read>,
): AsyncGenerator<[Item, Read]> {
  let before: { item: Item; reading: Promise<Read> } | undefined;
  for await (const item of items) {
    const next = { item, reading: read(item) };
    // Thrown when its turn comes; who stops before that never asks.
    next.reading.catch(() => {});
    if (before) yield [before.item, await before.reading];
    before = next;
  }
  if (before) yield [before.item, await before.reading];
}
