const MS_A_SECOND = 1000;
/** Other jobs only ever make a pass slower: the fastest of a few is the work itself. */
export const PASSES = 3;

export type Work = () => Promise<unknown> | unknown;

/** Seconds that the work took. */
export async function seconds(work: Work): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / MS_A_SECOND;
}

/**
 * The fastest pass of each of two ways. They take turns at going first, for what runs second finds warmer caches; what
 * they prepare before they give back the work is not counted.
 */
export async function fastestOfBoth(
  one: (pass: number) => Work,
  other: (pass: number) => Work,
): Promise<[one: number, other: number]> {
  const fastest: [number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let pass = 0; pass < PASSES; pass++) {
    const turns = [
      { side: 0, work: one(pass) },
      { side: 1, work: other(pass) },
    ] as const;
    for (const { side, work } of pass % 2 === 0 ? turns : turns.toReversed())
      fastest[side] = Math.min(fastest[side], await seconds(work));
  }
  return fastest;
}

export function inBatches<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
