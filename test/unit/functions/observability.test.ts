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
      readonly Dimensions: string[][];
      readonly Metrics: { readonly Name: string; readonly Unit: string }[];
    }[];
  };
}

test('a metric has the dimensions that last; a shard, which passes, is told beside it', () => {
  const dimensions = { reader: 'live', processor: 'statistics' };
  const [line] = written(() => powertoolsMetrics(TOLD).gauge('lagSeconds', 7, { ...dimensions, shard: 's1' }));
  const [metric] = (line as unknown as Emf)._aws.CloudWatchMetrics;
  const lasting = ['processor', 'reader', 'service', 'stage', 'system'];
  expect(metric?.Dimensions.map((names) => [...names].sort())).toEqual([lasting]);
  expect(line).toMatchObject({ ...TOLD, ...dimensions, lagSeconds: 7, shard: 's1' });
});

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
