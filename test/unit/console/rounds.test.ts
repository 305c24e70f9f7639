import { Hub } from '../../../infra/console/hub.ts';
import { RecentEvents } from '../../../infra/console/recentEvents.ts';
import { Rounds } from '../../../infra/console/rounds.ts';
import { AfterwriteError } from '../../../shared/model/errors.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

const out = new AfterwriteError('THROTTLED', 'the table is out', { mend: 'wait' });

/** A round a second, and a page that watches it or not. */
function given(run: (n: number, clock: TurnedClock) => void = () => {}) {
  const clock = new TurnedClock();
  const hub = new Hub(new RecentEvents({ events: 1, characters: 1 }), 'run');
  const told: unknown[] = [];
  const tell = hub.tell.bind(hub);
  hub.tell = (topic, value) => {
    if (topic === 'trouble') told.push(value);
    tell(topic, value);
  };
  let ran = 0;
  const round = { everyMs: 1_000, run: async () => run(++ran, clock) };
  const stop = new AbortController();
  const ended = new Rounds({ clock, pause: clock.pause, log: silentLog }, hub).run([round], stop.signal);
  let leave = (): void => {};
  const watch = (): void => {
    const once = (name: string, gone: () => void): void => {
      if (name === 'close') leave = gone;
    };
    hub.join({ destroyed: false, write: () => true, once }, undefined);
  };
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await new Promise(setImmediate);
  };
  return {
    told,
    pass,
    watch,
    leave: () => leave(),
    runs: () => ran,
    end: async () => {
      stop.abort();
      await ended;
    },
  };
}

test('while nobody watches nothing is read; who comes lets it begin, and who goes lets it end', async () => {
  const { watch, leave, pass, runs, end } = given();
  await pass(1_000);
  await pass(1_000);
  expect(runs()).toBe(0);
  watch();
  await pass(1_000);
  await pass(1_000);
  expect(runs()).toBe(2);
  leave();
  await pass(1_000);
  await pass(1_000);
  expect(runs()).toBe(2);
  await end();
});

test('what fails is told to the pages, tried again, and taken back once it goes', async () => {
  const { watch, pass, told, end } = given((n) => {
    if (n <= 2) throw out;
  });
  watch();
  await pass(1_000);
  expect(told).toMatchObject([{ code: 'THROTTLED', message: 'the table is out', mend: 'wait' }]);
  await pass(1_000);
  await pass(1_000);
  expect(told[told.length - 1]).toBeNull();
  const before = told.length;
  await pass(1_000);
  expect(told).toHaveLength(before);
  await end();
});

test('a store that is slow is read for half of the time at most', async () => {
  const { watch, pass, runs, end } = given((_, clock) => clock.advance(5_000));
  watch();
  await pass(1_000);
  expect(runs()).toBe(1);
  await pass(4_999);
  expect(runs()).toBe(1);
  await pass(1);
  expect(runs()).toBe(2);
  await end();
});
