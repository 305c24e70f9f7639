import { settledShadow } from '../../../processors/replay/settled.ts';
import type { Shadow } from '../../../processors/replay/shadow.ts';

/** Group to what is stored of it, where the journal says 9. */
type Seen = Record<string, number>;

const shadowOf = (seen: Seen): Shadow => ({
  changes: 9,
  aggregates: 3,
  drifts: Object.entries(seen).map(([id, stored]) => ({
    id,
    key: id,
    statistic: 'stack',
    fields: [{ path: 'reviews', stored, recomputed: 9 }],
  })),
});

/** Compares while this is what is seen, one after another; the last stays. */
async function compared(...seen: Seen[]) {
  let passes = 0;
  const pauses: number[] = [];
  const settled = await settledShadow(async () => shadowOf(seen[Math.min(passes++, seen.length - 1)] ?? {}), {
    pause: async (ms) => void pauses.push(ms),
    signal: new AbortController().signal,
  });
  return { passes, pauses, unjudged: settled.unjudged, drifts: settled.drifts.map(({ id }) => id) };
}

test('what is equal is read once', async () => {
  expect(await compared({})).toEqual({ passes: 1, pauses: [], unjudged: 0, drifts: [] });
});

test('readers that catch up are waited for: nothing of it is drift', async () => {
  const seen = await compared({ a: 1, b: 2 }, { a: 5, b: 2 }, { a: 8 }, {});
  expect(seen).toMatchObject({ passes: 4, unjudged: 0, drifts: [] });
});

test('what differs in the same way while nothing moves is told after two passes', async () => {
  expect(await compared({ a: 1, b: 2 })).toMatchObject({ passes: 2, unjudged: 0, drifts: ['a', 'b'] });
});

test('among groups that never rest, the one that stays wrong is told, and the others are not', async () => {
  const seen = await compared(...[1, 2, 3, 4, 5, 6].map((b) => ({ a: 1, b })));
  expect(seen).toMatchObject({ passes: 5, unjudged: 1, drifts: ['a'] });
  expect(seen.pauses.every((ms) => ms > 0)).toBe(true);
});
