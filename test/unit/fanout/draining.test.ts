import '../../simulation/syncZlib.ts';
import { runDrainer } from '../../../infra/pipeline/draining.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import { givenSpilling, requested } from '../../support/given/spilling.ts';
import { pass } from '../../support/given/workers.ts';

const SECOND = 1_000;

/** A drainer that has its lease whenever it asks, and what it reports. */
function given() {
  const spilling = givenSpilling();
  const stop = new AbortController();
  const gauges: string[] = [];
  let turns = 0;
  const leases = {
    once: <Result>(_: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> => {
      turns++;
      return work(signal);
    },
  };
  const { clock } = spilling;
  const metrics = { gauge: (name: string, value: number) => void gauges.push(`${name} ${value}`) };
  const options = { clock, pause: clock.pause, random: () => 0, log: silentLog, metrics };
  const run = () => runDrainer(spilling.drainer, options, leases, stop.signal);
  return { ...spilling, run, stop: () => stop.abort(), gauges, turns: () => turns };
}

test('what is spilled is published when the bus is back; while it is out the pauses grow, to half a minute', async () => {
  const { bus, live, clock, run, stop, turns, published, gauges } = given();
  bus.isOut = true;
  await live.process([requested('10')]);
  const running = run();
  await pass(clock, 120 * SECOND);
  expect(turns()).toBeGreaterThan(5);
  expect(turns()).toBeLessThan(10);
  bus.isOut = false;
  await pass(clock, 31 * SECOND);
  expect(published()).toEqual(['10']);
  await pass(clock, 12 * SECOND);
  expect(gauges).toContain('spilledShards 1');
  expect(gauges.slice(-2)).toEqual(['spilledShards 0', 'spilledSeconds 0']);
  stop();
  await running;
});

test('where nothing is spilled nobody needs the lease', async () => {
  const { clock, run, stop, turns } = given();
  const running = run();
  await pass(clock, 60 * SECOND);
  expect(turns()).toBe(0);
  stop();
  await running;
});
