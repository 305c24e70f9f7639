import fc from 'fast-check';
import { Lanes } from '../../../infra/local/eventbridge/courier/lanes.ts';
import { afterFailure } from '../../../infra/local/eventbridge/courier/retry.ts';
import { DeliveryFailure } from '../../../infra/local/eventbridge/senders/sender.ts';

const busy = new DeliveryFailure('ERROR_FROM_TARGET', 'busy');
const at = { retries: 0, takenAt: 0, now: 0, policy: undefined, random: 0.5 };

describe('after a failed try', () => {
  test('one that no later try mends ends it, under no condition', () => {
    expect(afterFailure(new DeliveryFailure('NO_RESOURCE', 'gone'), at)).toEqual({ condition: undefined });
  });

  test('by default, it ends after 185 retries or a day', () => {
    expect(afterFailure(busy, { ...at, retries: 184 })).toHaveProperty('wait');
    expect(afterFailure(busy, { ...at, retries: 185 })).toEqual({ condition: 'MaximumRetryAttempts' });
    expect(afterFailure(busy, { ...at, now: 86_400_000 })).toEqual({ condition: 'MaximumEventAgeInSeconds' });
  });

  test("a target's own policy", () => {
    expect(afterFailure(busy, { ...at, policy: { MaximumRetryAttempts: 0 } })).toEqual({
      condition: 'MaximumRetryAttempts',
    });
    const policy = { MaximumEventAgeInSeconds: 60 };
    expect(afterFailure(busy, { ...at, policy, now: 59_000 })).toHaveProperty('wait');
    expect(afterFailure(busy, { ...at, policy, now: 59_900 })).toEqual({ condition: 'MaximumEventAgeInSeconds' });
  });

  test('the target may ask for a longer wait', () => {
    const asked = new DeliveryFailure('THROTTLING', 'slow down', 30_000);
    expect(afterFailure(asked, at)).toEqual({ wait: 30_000 });
  });

  test('waits grow to ten minutes, with jitter between half and whole', () => {
    fc.assert(
      fc.property(fc.nat(184), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (retries, random) => {
        const next = afterFailure(busy, { ...at, retries, random });
        const backOff = Math.min(600_000, 500 * 2 ** retries);
        if (!('wait' in next)) throw new Error('given up');
        expect(next.wait).toBeGreaterThanOrEqual(backOff / 2);
        expect(next.wait).toBeLessThanOrEqual(backOff);
      }),
    );
  });

  test('185 tries take about a day', () => {
    let now = 0;
    let retries = 0;
    for (let next = afterFailure(busy, at); 'wait' in next; next = afterFailure(busy, { ...at, now, retries })) {
      now += next.wait;
      retries++;
    }
    expect(retries).toBeGreaterThan(150);
    expect(now).toBeGreaterThan(18 * 3_600_000);
    expect(now).toBeLessThanOrEqual(86_400_000);
  });
});

describe('lanes', () => {
  test('never more at once than they are wide, in the order of asking, and nobody is left behind', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.constantFrom('a', 'b'), { maxLength: 30 }),
        async (width, names) => {
          const lanes = new Lanes(width);
          const active = new Map<string, number>();
          const begun: number[] = [];
          let most = 0;
          const work = (name: string, n: number) => async () => {
            begun.push(n);
            active.set(name, (active.get(name) ?? 0) + 1);
            most = Math.max(most, active.get(name) ?? 0);
            await new Promise(setImmediate);
            active.set(name, (active.get(name) ?? 0) - 1);
            if (n % 3 === 0) throw new Error('failed');
          };
          const all = await Promise.allSettled(names.map((name, n) => lanes.run(name, work(name, n))));
          expect(all).toHaveLength(names.length);
          expect(most).toBeLessThanOrEqual(width);
          for (const name of ['a', 'b']) {
            const ofLane = begun.filter((n) => names[n] === name);
            expect(ofLane).toEqual([...ofLane].sort((a, b) => a - b));
          }
          expect(begun).toHaveLength(names.length);
        },
      ),
    );
  });
});
