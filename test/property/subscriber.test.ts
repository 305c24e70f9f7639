import fc from 'fast-check';
import { isOver } from '../../events/subscriber/result.ts';
import { subscribe } from '../../events/subscriber/subscribe.ts';
import { silentLog } from '../../shared/ports/log.ts';
import { busEvent, noteOf, notes, sqsRecord } from '../support/given/envelopes.ts';
import { type DeliveryPlan, deliverAll } from './world/deliveries.ts';

const plan = (fixed: Partial<DeliveryPlan>) =>
  fc
    .record({
      seed: fc.nat(),
      events: fc.array(fc.record({ item: fc.nat(1), sequence: fc.integer({ min: 8, max: 12 }) }), {
        minLength: 1,
        maxLength: 7,
      }),
      faults: fc.nat(12),
      failures: fc.nat(6),
      dropStale: fc.boolean(),
      inTransaction: fc.boolean(),
    })
    .map((free): DeliveryPlan => ({ ...free, ...fixed }));

const RUNS = { numRuns: 400 };
const numbers = ({ events }: DeliveryPlan): number[] => events.map((_, n) => n);
const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

test('every event has its effect, whatever fails, dies, comes twice, or comes at once', async () => {
  let twice = 0;
  await fc.assert(
    fc.asyncProperty(plan({ dropStale: false, inTransaction: false }), async (given) => {
      const { effects } = await deliverAll(given);
      expect(sorted([...new Set(effects)])).toEqual(numbers(given));
      twice += effects.length - given.events.length;
    }),
    RUNS,
  );
  // Else the worlds would not show why a transaction is wanted.
  expect(twice).toBeGreaterThan(0);
});

test('where nothing dies, every event has its effect once: handlers that fail are tried again', async () => {
  await fc.assert(
    fc.asyncProperty(plan({ faults: 0, dropStale: false, inTransaction: false }), async (given) => {
      const { effects } = await deliverAll(given);
      expect(sorted(effects)).toEqual(numbers(given));
    }),
    RUNS,
  );
});

test('written with its mark, every effect happens exactly once, even where the dead wake up', async () => {
  await fc.assert(
    fc.asyncProperty(plan({ dropStale: false, inTransaction: true }), async (given) => {
      const { effects } = await deliverAll(given);
      expect(sorted(effects)).toEqual(numbers(given));
    }),
    RUNS,
  );
});

test.each([false, true])(
  'with dropStale no change of an item has its effect after a later one; only for one that has is it dropped (in a transaction: %s)',
  async (inTransaction) => {
    let dropped = 0;
    await fc.assert(
      fc.asyncProperty(plan({ dropStale: true, inTransaction }), async (given) => {
        const { effects, stale } = await deliverAll(given);
        const sequenceOf = (n: number): number => given.events[n]?.sequence ?? 0;
        const itemOf = (n: number): number => given.events[n]?.item ?? 0;
        for (const item of [0, 1]) {
          const ofItem = numbers(given).filter((n) => itemOf(n) === item);
          const sequences = effects.filter((n) => itemOf(n) === item).map(sequenceOf);
          expect(sequences).toEqual(sorted(sequences));
          const last = Math.max(...ofItem.map(sequenceOf));
          for (const n of ofItem)
            if (sequenceOf(n) === last) expect(effects).toContain(n);
            else if (!effects.includes(n)) expect(stale.map((one) => one.n)).toContain(n);
        }
        for (const { n, effects: before } of stale)
          expect(before.some((other) => itemOf(other) === itemOf(n) && sequenceOf(other) > sequenceOf(n))).toBe(true);
        if (inTransaction) expect(new Set(effects).size).toBe(effects.length);
        dropped += stale.length;
      }),
      RUNS,
    );
    expect(dropped).toBeGreaterThan(0);
  },
);

/** An event is always of the same group: in two at once it would be busy. */
const message = fc.nat(5).map((n) => ({ n, group: n % 3 }));

test('a batch reports exactly what failed; a message group ends at its first failure', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(message, { maxLength: 12 }),
      fc.uniqueArray(fc.nat(5)),
      fc.boolean(),
      async (messages, bad, fifo) => {
        const called: number[] = [];
        const outcomes: boolean[] = [];
        const subscriber = subscribe(
          notes,
          {
            Noted: async ({ data }) => {
              called.push(data.n);
              if (bad.includes(data.n)) throw new Error('no');
            },
          },
          { log: silentLog, onResult: (result) => void outcomes.push(isOver(result)) },
        );
        const Records = messages.map(({ n, group }, i) => {
          const envelope = noteOf(n, { id: `e${n}`, partitionKey: `item ${n}` });
          return sqsRecord(`m${i}`, JSON.stringify(busEvent(envelope)), fifo ? `g${group}` : undefined);
        });
        const answer = await subscriber({ Records });
        const failed = messages.flatMap(({ n, group }, i) => {
          const before = messages.slice(0, i).filter((one) => fifo && one.group === group);
          return [...before, { n }].some((one) => bad.includes(one.n)) ? [`m${i}`] : [];
        });
        expect(answer).toEqual({ batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) });
        if (!fifo) expect(outcomes.length).toBe(messages.length);
        const good = called.filter((n) => !bad.includes(n));
        expect(new Set(good).size).toBe(good.length);
      },
    ),
    RUNS,
  );
});
