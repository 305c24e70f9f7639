import { settledShadow } from '../../../processors/replay/settled.ts';
import type { Shadow } from '../../../processors/replay/shadow.ts';

/** What is stored of each group, where the journal says 9; and whether anything is unread. */
interface Seen {
  readonly groups: Record<string, number>;
  readonly reading: boolean;
}

const shadowOf = (groups: Seen['groups']): Shadow => ({
  changes: 9,
  aggregates: 3,
  drifts: Object.entries(groups).map(([id, stored]) => ({
    id,
    key: id,
    statistic: 'stack',
    fields: [{ path: 'reviews', stored, recomputed: 9 }],
  })),
});

/** Compares while this is what is seen, one after another; the last stays. */
async function compared(...seen: Seen[]) {
  let pauses = 0;
  const now = (): Seen => seen[Math.min(pauses, seen.length - 1)] as Seen;
  const settled = await settledShadow({
    compare: async () => shadowOf(now().groups),
    isReading: async () => now().reading,
    pause: async (ms) => {
      expect(ms).toBeGreaterThan(0);
      pauses++;
    },
    signal: new AbortController().signal,
  });
  return { pauses, unjudged: settled.unjudged, drifts: settled.drifts.map(({ id }) => id) };
}

const reading = (groups: Seen['groups']): Seen => ({ groups, reading: true });
const read = (groups: Seen['groups']): Seen => ({ groups, reading: false });

test('what is equal is read once', async () => {
  expect(await compared(reading({}))).toEqual({ pauses: 0, unjudged: 0, drifts: [] });
});

test('readers that catch up are waited for, also where they stand for a while: nothing of it is drift', async () => {
  const steps = [{ a: 1, b: 2 }, { a: 1, b: 2 }, { a: 1, b: 2 }, { a: 5, b: 2 }, { a: 8 }, {}];
  expect(await compared(...steps.map(reading))).toEqual({ pauses: 5, unjudged: 0, drifts: [] });
});

test('what differs in the same way when all is read is told after two passes', async () => {
  expect(await compared(read({ a: 1, b: 2 }))).toEqual({ pauses: 1, unjudged: 0, drifts: ['a', 'b'] });
});

test('what was written between two passes is no proof', async () => {
  expect(await compared(read({ a: 1 }), read({ a: 2 }), read({}))).toEqual({ pauses: 2, unjudged: 0, drifts: [] });
});

test('where something is unread and nobody reads, it ends, and nothing is proven', async () => {
  expect(await compared(reading({ a: 1 }))).toEqual({ pauses: 5, unjudged: 1, drifts: [] });
});

test('groups that never rest are not waited for without end', async () => {
  const seen = Array.from({ length: 200 }, (_, a) => reading({ a }));
  expect(await compared(...seen)).toMatchObject({ unjudged: 1, drifts: [] });
});
