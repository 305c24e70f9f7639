import type { StateStore } from '../../../shared/ports/stateStore.ts';
import { listLeases } from '../../../shared/state/leases.ts';
import { listWorkers } from '../../../shared/state/workers.ts';
import { everybodyWaits, type GivenWorker, givenWorker, pass } from '../../support/given/workers.ts';
import { memoryState } from '../../support/memory/memoryState.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

const SECOND = 1_000;

let clock: TurnedClock;
let state: StateStore;

beforeEach(() => {
  clock = new TurnedClock();
  state = memoryState();
});

const worker = (name: string, isGone?: () => boolean): GivenWorker =>
  givenWorker({ state, clock, name, ...(isGone && { isGone }) });
const doing = (...workers: GivenWorker[]): string[][] => workers.map((one) => [...one.doing].sort());

test('who is alone takes all at once, and is settled', async () => {
  const began = clock.now();
  const alone = worker('a');
  await alone.want('1', '2', '3');
  expect(doing(alone)).toEqual([['1', '2', '3']]);
  expect(alone.keeper.settled()).toBe(true);
  expect(clock.now()).toBe(began);
});

test('a join rebalances within seconds, and a shard changes hands only after the flush at hand', async () => {
  const first = worker('a');
  await first.want('1', '2', '3');
  first.holdOn = true;
  const second = worker('b');
  await second.want('1', '2', '3');
  await pass(clock, 4 * SECOND);
  expect(doing(first, second)).toEqual([['1', '2', '3'], []]);
  first.letGo();
  await pass(clock, 2 * SECOND);
  expect(doing(first, second)).toEqual([['1', '2'], ['3']]);
  await pass(clock, 60 * SECOND);
  expect(doing(first, second)).toEqual([['1', '2'], ['3']]);
});

test('a stop hands over at once, and leaves no trace', async () => {
  const [first, second] = [worker('a'), worker('b')];
  await first.want('1', '2');
  await second.want('1', '2');
  await pass(clock, 6 * SECOND);
  await first.stop();
  await second.want('1', '2');
  await pass(clock, 2 * SECOND);
  expect(doing(first, second)).toEqual([[], ['1', '2']]);
  await second.stop();
  expect([await listLeases(state), await listWorkers(state)]).toEqual([[], []]);
});

test("who dies loses all its leases together, when its beat has stood still for eight seconds of the others' clock", async () => {
  const first = worker('a');
  await first.want('1', '2', '3');
  first.die();
  const second = worker('b');
  await second.want('1', '2', '3');
  await pass(clock, 7 * SECOND);
  expect(doing(second)).toEqual([[]]);
  await pass(clock, 3 * SECOND);
  expect(doing(second)).toEqual([['1', '2', '3']]);
});

test('of a process that is known to be gone nothing is waited for', async () => {
  const dead = worker('a');
  await dead.want('1');
  dead.die();
  const next = worker('b', () => true);
  await next.want('1');
  expect(doing(next)).toEqual([['1']]);
});

test('who was taken for dead stops what it does, and comes back under another name', async () => {
  const first = worker('a');
  await first.want('1');
  await state.remove('WORKER', 'a1');
  const second = worker('b');
  await second.want('1');
  expect(doing(first, second)).toEqual([['1'], ['1']]);
  await pass(clock, 2 * SECOND);
  expect(doing(first, second)).toEqual([[], ['1']]);
  expect((await listWorkers(state)).map(({ owner }) => owner)).toEqual(['a2', 'b1']);
  expect(await listLeases(state)).toEqual([{ job: 'live/1', owner: 'b1' }]);
});

test('a process that slept takes nobody for dead before it has watched', async () => {
  const [first, second] = [worker('a'), worker('b')];
  await first.want('1', '2');
  await second.want('1', '2');
  await pass(clock, 6 * SECOND);
  clock.advance(3_600 * SECOND);
  await pass(clock, 4 * SECOND);
  expect((await listWorkers(state)).map(({ owner }) => owner)).toEqual(['a1', 'b1']);
  expect(doing(first, second)).toEqual([['1'], ['2']]);
});

test('nobody is settled before all the others have been at their end for some rounds', async () => {
  const [first, second] = [worker('a'), worker('b')];
  await first.want('1', '2');
  await second.want('1', '2');
  first.activity.follow('1');
  await pass(clock, 20 * SECOND);
  expect(second.keeper.settled()).toBe(false);
  const round = async (): Promise<void> => {
    first.activity.emptySince('1', first.activity.count);
    await pass(clock, 2 * SECOND);
  };
  for (let i = 0; i < 3; i++) await round();
  expect(second.keeper.settled()).toBe(false);
  for (let i = 0; i < 3; i++) await round();
  expect(second.keeper.settled()).toBe(true);
  first.activity.moved();
  await pass(clock, 4 * SECOND);
  expect(second.keeper.settled()).toBe(false);
});

test('a shard that nobody reads unsettles', async () => {
  const first = worker('a');
  await first.want('1');
  first.die();
  const second = worker('b');
  await second.want('1', '2');
  await pass(clock, 6 * SECOND);
  expect(doing(second)).toEqual([['2']]);
  expect(second.keeper.settled()).toBe(false);
});

test('what only one may do at a time waits for the other, and goes to it when the first dies', async () => {
  const [first, second] = [worker('a'), worker('b')];
  const never = new AbortController().signal;
  const log: string[] = [];
  let finish = (): void => {};
  const ended = first.keeper.once('sweeper', never, async () => {
    log.push('first');
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    return 7;
  });
  await everybodyWaits();
  const next = second.keeper.once('sweeper', never, async () => log.push('second'));
  await pass(clock, 20 * SECOND);
  expect(log).toEqual(['first']);
  finish();
  expect(await ended).toBe(7);
  await pass(clock, 2 * SECOND);
  await next;
  void first.keeper.once('sweeper', never, () => new Promise(() => {}));
  await everybodyWaits();
  first.die();
  void second.keeper.once('sweeper', never, async () => log.push('again'));
  await pass(clock, 10 * SECOND);
  expect(log).toEqual(['first', 'second', 'again']);
});

test('what waits for its turn is given up when it is stopped', async () => {
  const [first, second] = [worker('a'), worker('b')];
  void first.keeper.once('sweeper', new AbortController().signal, () => new Promise(() => {}));
  await everybodyWaits();
  const stop = new AbortController();
  const waits = second.keeper.once('sweeper', stop.signal, async () => 'done');
  await pass(clock, 4 * SECOND);
  stop.abort();
  expect(await waits).toBeUndefined();
});

test('leases of the dead that nobody wants any more are cleared', async () => {
  const first = worker('a');
  await first.want('gone');
  first.die();
  const second = worker('b');
  await second.want('1');
  await pass(clock, 10 * SECOND);
  expect(await listLeases(state)).toEqual([{ job: 'live/1', owner: 'b1' }]);
});
