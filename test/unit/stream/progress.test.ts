import { embeddedMetrics } from '../../../shared/aws/embeddedMetrics.ts';
import type { StreamSource } from '../../../shared/ports/streamSource.ts';
import type { Processor } from '../../../shared/stream/processor.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { passing, readBeside, recorder } from '../../support/given/reading.ts';
import { versionItem } from '../../support/given/reviewerItems.ts';
import { pass } from '../../support/given/workers.ts';
import { memoryState } from '../../support/memory/memoryState.ts';
import { memoryStreamSource } from '../../support/memory/memoryStreamSource.ts';
import { MemoryTable } from '../../support/memory/memoryTable.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

const HOUR_MS = 3_600_000;

interface Gauge {
  readonly name: string;
  readonly value: number;
  readonly processor: string | undefined;
}

async function reported(ms: number, ...processors: Processor[]): Promise<Gauge[]> {
  const clock = new TurnedClock();
  const table = new MemoryTable(reviewer.table, clock);
  const source: StreamSource = memoryStreamSource(table.stream);
  table.put(versionItem());
  clock.advance(2 * HOUR_MS);
  const gauges: Gauge[] = [];
  const stop = new AbortController();
  const metrics = {
    gauge: (name: string, value: number, { processor }: Readonly<Record<string, string>>) =>
      void gauges.push({ name, value, processor }),
  };
  const reading = readBeside({ source, state: memoryState(), processors, clock, metrics }, stop.signal);
  await pass(clock, ms);
  stop.abort();
  await reading;
  return gauges;
}

test('lag and time to loss are told by processor, also of one that fails and while it fails', async () => {
  const gauges = await reported(60_000, recorder('sound'), recorder('failing', passing));
  const of = (processor: string, name: string): number[] =>
    gauges.filter((gauge) => gauge.processor === processor && gauge.name === name).map(({ value }) => value);
  const lags = of('failing', 'lagSeconds');
  expect(lags.length).toBeGreaterThanOrEqual(4);
  expect(lags.length).toBeLessThanOrEqual(7);
  expect(lags[0]).toBeGreaterThanOrEqual(7_200);
  expect([...lags].sort((a, b) => a - b)).toEqual(lags);
  expect(of('failing', 'timeToLossSeconds')).toEqual(lags.map((lag) => 86_400 - lag));
});

test('what has read everything has a whole day', async () => {
  const gauges = await reported(30_000, recorder('sound'));
  expect(gauges).toContainEqual({ name: 'timeToLossSeconds', value: 86_400, processor: 'sound' });
  expect(gauges).toContainEqual({ name: 'lagSeconds', value: 0, processor: 'sound' });
});

test('a gauge is one line of the embedded metric format, with the shard and without it', () => {
  const lines: string[] = [];
  const clock = new TurnedClock(1_000);
  const metrics = embeddedMetrics({ write: (line) => lines.push(line), clock, common: { system: 's', stage: 'dev' } });
  metrics.gauge('lagSeconds', 7, { reader: 'live', shard: 'shard-1' });
  metrics.gauge('parked', 1, { reader: 'live' });
  const [lag, parked] = lines.map((line) => JSON.parse(line));
  const names = ['system', 'stage', 'reader'];
  expect(lag).toEqual({
    _aws: {
      Timestamp: 1_000,
      CloudWatchMetrics: [
        {
          Namespace: 'afterwrite',
          Dimensions: [[...names, 'shard'], names],
          Metrics: [{ Name: 'lagSeconds', Unit: 'Seconds' }],
        },
      ],
    },
    system: 's',
    stage: 'dev',
    reader: 'live',
    shard: 'shard-1',
    lagSeconds: 7,
  });
  expect(parked._aws.CloudWatchMetrics[0]).toMatchObject({
    Dimensions: [names],
    Metrics: [{ Name: 'parked', Unit: 'None' }],
  });
});
