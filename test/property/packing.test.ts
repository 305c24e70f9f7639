import fc from 'fast-check';
import type { Envelope } from '../../events/envelope.ts';
import { entryBytes, type Outgoing, pack } from '../../events/pack.ts';

const MEGABYTE = 1024 * 1024;

const outgoing: fc.Arbitrary<Outgoing> = fc
  .record({
    key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'),
    size: fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 100_000, max: 262_000 })),
  })
  .map(({ key, size }) => ({
    entry: { source: 'afterwrite.x', detailType: 'T', detail: 'x'.repeat(size), time: 0 },
    envelope: { metadata: { partitionKey: key }, data: null } as unknown as Envelope,
  }));

const bytesOf = (call: readonly Outgoing[]): number => call.reduce((sum, { entry }) => sum + entryBytes(entry), 0);
const keysOf = (call: readonly Outgoing[]): string[] => call.map(({ envelope }) => envelope.metadata.partitionKey);

test('calls keep the order, hold to both limits, and have one event a partition key', () => {
  fc.assert(
    fc.property(fc.array(outgoing, { maxLength: 40, size: 'max' }), (events) => {
      const calls = pack(events);
      expect(calls.flat()).toEqual(events);
      for (const call of calls) {
        expect(call.length).toBeLessThanOrEqual(10);
        expect(bytesOf(call)).toBeLessThanOrEqual(MEGABYTE);
        expect(new Set(keysOf(call)).size).toBe(call.length);
      }
    }),
  );
});

test('no call is cut before it must be', () => {
  fc.assert(
    fc.property(fc.array(outgoing, { maxLength: 40, size: 'max' }), (events) => {
      const calls = pack(events);
      for (const [i, call] of calls.entries()) {
        const next = calls[i + 1]?.[0];
        if (!next) continue;
        const full = call.length === 10 || bytesOf([...call, next]) > MEGABYTE;
        expect(full || keysOf(call).includes(next.envelope.metadata.partitionKey)).toBe(true);
      }
    }),
  );
});

test('an entry is as large as the service says: 14 for the time, and UTF-8 of its texts', () => {
  const entry = { source: 'é', detailType: 'ab', detail: '{"a":"€"}', time: 5 };
  expect(entryBytes(entry)).toBe(14 + 2 + 2 + 11);
});
