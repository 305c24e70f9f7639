import fc from 'fast-check';
import type { Envelope } from '../../events/envelope.ts';
import { entryBytes, type Outgoing, pack } from '../../events/pack.ts';

const MEGABYTE = 1024 * 1024;
const ENTRIES = 10;
/** What is larger goes as a claim. */
const LARGEST = 200 * 1024;

const small = fc.integer({ min: 1, max: 50 });
const anySize = fc.oneof(small, fc.integer({ min: 40_000, max: LARGEST }));

const outgoingOf = (partitionKey: string, size: number): Outgoing => {
  const entry = { source: 'afterwrite.x', detailType: 'T', detail: 'x'.repeat(size), time: 0 };
  const envelope = { metadata: { partitionKey }, data: null } as unknown as Envelope;
  return { entry, envelope, bytes: entryBytes(entry) };
};

const events = (key: fc.Arbitrary<string>, size: fc.Arbitrary<number>, most: number): fc.Arbitrary<Outgoing[]> =>
  fc.array(
    fc.tuple(key, size).map(([k, s]) => outgoingOf(k, s)),
    { maxLength: most, size: 'max' },
  );

const fewKeys = fc.constantFrom(...'abcdefghijkl');
/** Some keys with a lot of events, many with one, as in a real batch. */
const unevenKeys = fc.oneof(fc.constantFrom('hot', 'warm', 'warm2'), fc.nat(400).map(String));
const distinct = fc
  .array(anySize, { maxLength: 120, size: 'max' })
  .map((sizes) => sizes.map((size, i) => outgoingOf(String(i), size)));

const bytesOf = (call: readonly Outgoing[]): number => call.reduce((sum, { entry }) => sum + entryBytes(entry), 0);
const keyOf = ({ envelope }: Outgoing): string => envelope.metadata.partitionKey;

function byKey(all: readonly Outgoing[]): Map<string, Outgoing[]> {
  const groups = new Map<string, Outgoing[]>();
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return groups;
}

test('every event is in exactly one call, no call is over a limit, none has two events of a key, and keys keep their order', () => {
  fc.assert(
    fc.property(events(fc.oneof(fewKeys, unevenKeys), anySize, 60), (all) => {
      const calls = pack(all);
      expect(byKey(calls.flat())).toEqual(byKey(all));
      for (const call of calls) {
        expect(call.length).toBeGreaterThan(0);
        expect(call.length).toBeLessThanOrEqual(ENTRIES);
        expect(bytesOf(call)).toBeLessThanOrEqual(MEGABYTE);
        expect(new Set(call.map(keyOf)).size).toBe(call.length);
      }
    }),
  );
});

test('no call has room for an event of a later one that it could have taken', () => {
  fc.assert(
    fc.property(fc.oneof(distinct, events(unevenKeys, anySize, 60)), (all) => {
      const calls = pack(all);
      for (const [i, call] of calls.entries()) {
        if (call.length === ENTRIES) continue;
        const keys = new Set(call.map(keyOf));
        const heads = [...byKey(calls.slice(i + 1).flat()).values()].map(([head]) => head as Outgoing);
        const roomFor = heads.filter((head) => !keys.has(keyOf(head)) && bytesOf(call) + head.bytes <= MEGABYTE);
        expect(roomFor).toEqual([]);
      }
    }),
  );
});

/**
 * No order of calls with one event a key can be shorter: the events with at least `depth` others of their key behind them
 * take a tenth as many calls, and then that many calls follow.
 */
function fewestCalls(all: readonly Outgoing[]): number {
  const lengths = [...byKey(all).values()].map(({ length }) => length);
  const deepest = Math.max(0, ...lengths);
  const after = (depth: number): number => {
    const above = lengths.reduce((sum, length) => sum + Math.max(0, length - depth), 0);
    return depth + Math.ceil(above / ENTRIES);
  };
  return Math.max(...Array.from({ length: deepest + 1 }, (_, depth) => after(depth)));
}

test('small events take the fewest calls that one event a key and ten entries allow', () => {
  fc.assert(
    fc.property(fc.oneof(events(fewKeys, small, 200), events(unevenKeys, small, 400)), (all) => {
      expect(pack(all)).toHaveLength(fewestCalls(all));
    }),
  );
});

test('large and small events of as many keys: large ones go first, small ones fill up what they leave', () => {
  const large = Array.from({ length: 50 }, (_, i) => outgoingOf(`large-${i}`, LARGEST - 100));
  const little = Array.from({ length: 50 }, (_, i) => outgoingOf(`little-${i}`, 10));
  expect(pack([...little, ...large])).toHaveLength(10);
});

test('events of distinct keys that are equal come in the order of arrival', () => {
  const all = Array.from({ length: 25 }, (_, i) => outgoingOf(String(i), 10));
  expect(pack(all).flat()).toEqual(all);
});

test('an entry is as large as the service says: 14 for the time, and UTF-8 of its texts', () => {
  const entry = { source: 'é', detailType: 'ab', detail: '{"a":"€"}', time: 5 };
  expect(entryBytes(entry)).toBe(14 + 2 + 2 + 11);
});
