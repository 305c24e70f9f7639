import fc from 'fast-check';
import {
  type Generated,
  generate,
  type HistoryWrite,
  type LifeGenerator,
  put,
  remove,
} from '../../infra/feed/generated/lives.ts';
import { DAY_MS } from '../../shared/model/retention.ts';

const UNTIL = Date.UTC(2026, 0, 31);

/** Visits of a guest, of whom the last may be the end: each write says whose it is and the how many-th. */
const guests: LifeGenerator = {
  of: 'guests',
  days: 10,
  writesOf: ({ number, chance, at }) => {
    const visits = chance.between(1, 6);
    let time = at;
    const writes = Array.from({ length: visits }, (_, visit) => {
      time += chance.wait(DAY_MS);
      return put(time, { PK: `GUEST#${number}`, visit });
    });
    return chance.happens(0.3) ? [...writes, remove(time, { PK: `GUEST#${number}` })] : writes;
  },
};

const histories = fc.record({
  lives: fc.integer({ min: 1, max: 60 }),
  seed: fc.nat(),
  until: fc.constant(UNTIL),
  stage: fc.constant('test'),
});
const all = (asked: Generated): HistoryWrite[] => [...generate(guests, asked)];
const guestOf = (write: HistoryWrite): string =>
  JSON.stringify(('put' in write ? write.put : 'remove' in write ? write.remove : {}).PK);

test('one number makes one history, another number another one', () => {
  fc.assert(fc.property(histories, (asked) => expect(all(asked)).toEqual(all(asked))));
  expect(all({ lives: 20, seed: 1, until: UNTIL, stage: 'test' })).not.toEqual(
    all({ lives: 20, seed: 2, until: UNTIL, stage: 'test' }),
  );
});

test('writes come by time, none before the history begins or when it is over', () => {
  fc.assert(
    fc.property(histories, (asked) => {
      const times = all(asked).map(({ at }) => at);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(times.filter((at) => at < UNTIL - guests.days * DAY_MS || at >= UNTIL)).toEqual([]);
    }),
  );
});

test("a life's writes keep their order, and lives go on side by side", () => {
  let mixed = 0;
  fc.assert(
    fc.property(histories, (asked) => {
      const byGuest = new Map<string, number[]>();
      const order = all(asked);
      for (const write of order) {
        const visit = 'put' in write ? Number((write.put.visit as { N: string }).N) : Number.POSITIVE_INFINITY;
        byGuest.set(guestOf(write), [...(byGuest.get(guestOf(write)) ?? []), visit]);
      }
      for (const visits of byGuest.values()) expect(visits).toEqual([...visits].sort((a, b) => a - b));
      if (
        order.some(
          (write, i) =>
            i > 1 &&
            guestOf(write) === guestOf(order[i - 2] as HistoryWrite) &&
            guestOf(write) !== guestOf(order[i - 1] as HistoryWrite),
        )
      )
        mixed++;
    }),
  );
  expect(mixed).toBeGreaterThan(0);
});

test('as many lives come as asked for', () => {
  const eternal: LifeGenerator = {
    of: 'guests',
    days: 1,
    writesOf: ({ number, at }) => [put(at, { PK: `GUEST#${number}` })],
  };
  fc.assert(fc.property(histories, (asked) => expect([...generate(eternal, asked)]).toHaveLength(asked.lives)));
});
