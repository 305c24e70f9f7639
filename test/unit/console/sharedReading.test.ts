import { SharedReading } from '../../../infra/console/sharedReading.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

const LEAST_MS = 2_000;

/** Each reading takes so long, and tells the how manieth it is. */
function given(tookMs: number, fails: (n: number) => boolean = () => false) {
  const clock = new TurnedClock();
  let readings = 0;
  const read = async (): Promise<number> => {
    const n = ++readings;
    clock.advance(tookMs);
    if (fails(n)) throw new Error('out');
    return n;
  };
  const shared = new SharedReading(read, LEAST_MS, clock);
  const told = async (): Promise<number> => (await shared.told()).result;
  return { clock, told, shared };
}

test('all who ask while it is read, and for a while after, are told the same', async () => {
  const { clock, told } = given(1);
  expect(await Promise.all([told(), told()])).toEqual([1, 1]);
  clock.advance(LEAST_MS);
  expect(await told()).toBe(1);
  clock.advance(1);
  expect(await told()).toBe(2);
});

test('what takes long is read for a tenth of the time at most', async () => {
  const { clock, told } = given(1_000);
  expect(await told()).toBe(1);
  clock.advance(10_000);
  expect(await told()).toBe(1);
  clock.advance(1);
  expect(await told()).toBe(2);
});

test('it tells when it was read', async () => {
  const { clock, shared } = given(500);
  const { at } = await shared.told();
  expect(at).toBe(clock.now());
  clock.advance(LEAST_MS);
  expect((await shared.told()).at).toBe(at);
});

test('one that failed is tried again by the next who asks', async () => {
  const { told } = given(1, (n) => n === 1);
  await expect(told()).rejects.toThrow('out');
  expect(await told()).toBe(2);
});
