import { DRIFT, LAG, NAMESPACE, PARKED, READINGS, SPILLED, TIME_TO_LOSS } from '../../../infra/aws/constructs/watch.ts';
import { powertoolsLog, powertoolsMetrics } from '../../../infra/aws/functions/observability.ts';

const TOLD = { system: 'reviewer', stage: 'dev' };

/** What is written while something runs, line by line. */
function written(run: () => void): Record<string, unknown>[] {
  const lines: string[] = [];
  const real = process.stdout.write;
  process.stdout.write = ((text: string) => lines.push(text) > 0) as typeof process.stdout.write;
  try {
    run();
  } finally {
    process.stdout.write = real;
  }
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

interface Emf {
  readonly _aws: {
    readonly CloudWatchMetrics: {
      readonly Namespace: string;
      readonly Dimensions: string[][];
      readonly Metrics: { readonly Name: string; readonly Unit: string }[];
    }[];
  };
}

const gauges = READINGS.flatMap((dimensions) => [LAG, TIME_TO_LOSS].map((name) => ({ name, dimensions })));

test.each([...gauges, SPILLED, PARKED, DRIFT])(
  'an alarm on $name $dimensions finds what is told, by exactly its dimensions',
  ({ name, dimensions }) => {
    const shard = name === LAG || name === TIME_TO_LOSS ? { shard: 's1' } : {};
    const [line] = written(() => powertoolsMetrics(TOLD).gauge(name, 7, { ...dimensions, ...shard }));
    const [metric] = (line as unknown as Emf)._aws.CloudWatchMetrics;
    expect(metric?.Namespace).toBe(NAMESPACE);
    expect(metric?.Metrics.map(({ Name }) => Name)).toEqual([name]);
    const asked = { ...TOLD, ...dimensions };
    expect(metric?.Dimensions.map((names) => [...names].sort())).toEqual([Object.keys(asked).sort()]);
    expect(line).toMatchObject({ ...asked, [name]: 7, ...shard });
  },
);

test('a number tells its unit by its name', () => {
  const lines = written(() => {
    const metrics = powertoolsMetrics(TOLD);
    for (const name of ['lagSeconds', 'archivedBytes', 'parked']) metrics.gauge(name, 1, {});
  });
  const units = lines.map((line) => (line as unknown as Emf)._aws.CloudWatchMetrics[0]?.Metrics[0]?.Unit);
  expect(units).toEqual(['Seconds', 'Bytes', 'Count']);
});

test('a log line has the system, the stage and its own fields', () => {
  const [line] = written(() => powertoolsLog(TOLD).info({ shard: 's1', code: 'POISON' }, 'parked'));
  expect(line).toMatchObject({
    level: 'INFO',
    message: 'parked',
    service: 'afterwrite',
    ...TOLD,
    shard: 's1',
    code: 'POISON',
  });
});
