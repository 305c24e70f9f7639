import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { deploy } from '../../infra/aws/deployment.ts';
import { USUAL, usualFor } from '../../shared/model/forecast/deployed.ts';
import { reviewer } from '../../shared/systems/reviewer.ts';
import { workbench } from '../../shared/systems/workbench.ts';
import { EACH_SYSTEM, newApp, type Options, resourcesOf, templatesOf } from './synth.ts';

const LOAD = { changesPerSecond: 1, itemBytes: 1_024 };

/** What is printed at synthesis. */
function toldOf(options: Options = {}): string[] {
  const { processing } = deploy(newApp(), { system: reviewer, stage: 'dev', ...options });
  return Annotations.fromStack(processing)
    .findInfo('*', Match.stringLikeRegexp('^reviewer: '))
    .map(({ entry }) => String(entry.data));
}

test.each(EACH_SYSTEM)('what forecasts reckon with is what is made of %s', (_, system) => {
  const { processing } = templatesOf(system);
  const alarms = resourcesOf(processing, 'AWS::CloudWatch::Alarm');
  const looked = alarms.map(({ Metrics }) =>
    Metrics ? Metrics.filter(({ MetricStat }: { MetricStat?: object }) => MetricStat).length : 1,
  );
  expect(looked.reduce((sum, n) => sum + n, 0)).toBe(usualFor(system).alarmMetrics);
  expect(resourcesOf(processing, 'AWS::CloudWatch::Dashboard')).toHaveLength(USUAL.dashboards);
  const functions = new Map(
    resourcesOf(processing, 'AWS::Lambda::Function').map(({ id, MemorySize }) => [id, MemorySize]),
  );
  const memoryOf = (name: string): unknown => [...functions].find(([id]) => id.startsWith(`Afterwrite${name}`))?.[1];
  expect({ live: memoryOf('Live'), archive: memoryOf('Archive') }).toEqual(USUAL.memory);
  const schedules = resourcesOf(processing, 'AWS::Events::Rule')
    .filter(({ ScheduleExpression }) => ScheduleExpression)
    .map(({ ScheduleExpression, Targets: [{ Arn, Input }] }) => ({
      task: JSON.parse(Input).task,
      memory: functions.get(Arn['Fn::GetAtt'][0]),
      everyMinutes: minutesOf(ScheduleExpression),
    }));
  const byTask = (a: { task: string }, b: { task: string }): number => (a.task < b.task ? -1 : 1);
  expect(schedules.sort(byTask)).toEqual([...USUAL.schedules].sort(byTask));
});

const MINUTES: Record<string, number> = { minute: 1, hour: 60, day: 1_440 };

function minutesOf(expression: string): number {
  const [, every = '', unit = ''] = /^rate\((\d+) (\w+?)s?\)$/.exec(expression) ?? [];
  return Number(every) * (MINUTES[unit] ?? Number.NaN);
}

test('synthesis tells what a month costs, by service', () => {
  expect(toldOf({ load: LOAD })).toEqual([
    expect.stringMatching(
      /^reviewer: up to \$[\d,.]+ a month at 1 changes a second of 1,024 bytes.* DynamoDB \$[\d.]+/,
    ),
  ]);
});

test('where nobody said what it carries, what is fixed and what a million changes cost', () => {
  expect(toldOf()).toEqual([
    expect.stringMatching(
      /^reviewer: up to \$[\d.]+ a month whatever is written, and \$[\d.]+ for a million changes of 1 KB/,
    ),
  ]);
});

test('a dashboard and traces that are left out cost nothing', () => {
  const dollars = (options: Options): number => Number(/\$([\d.]+)/.exec(toldOf(options)[0] ?? '')?.[1]);
  const less = dollars({}) - dollars({ dashboard: false, tracing: false });
  expect(less).toBeGreaterThan(3);
  const { processing } = templatesOf(reviewer, { dashboard: false, tracing: false });
  expect(resourcesOf(processing, 'AWS::CloudWatch::Dashboard')).toHaveLength(0);
  for (const fn of resourcesOf(processing, 'AWS::Lambda::Function')) expect(fn).not.toHaveProperty('TracingConfig');
});

test('a budget that the forecast exceeds is refused, with the arithmetic', () => {
  expect(() => templatesOf(reviewer, { load: LOAD, monthlyDollars: 15 })).toThrow(
    /load.monthlyDollars: reviewer would cost more than \$15.00: \$[\d.]+ a month at 1 changes a second.* = |\+ /,
  );
  expect(() => templatesOf({ ...reviewer, load: { ...LOAD, monthlyDollars: 15 } })).toThrow(/more than \$15.00/);
  expect(() => templatesOf(reviewer, { load: LOAD, monthlyDollars: 1_500 })).not.toThrow();
  const { load = LOAD } = workbench;
  expect(() => templatesOf(workbench, { load: { ...load, changesPerSecond: 1 } })).toThrow(/more than \$15.00/);
});

test('prices of another day or Region', () => {
  const none = { ...LOAD, changesPerSecond: 0 };
  expect(toldOf({ load: none })[0]).toContain('CloudWatch');
  const free = { alarmMetric: 0, metric: 0, dashboard: 0, logs: 0 };
  const prices = { dynamodb: { writeUnits: 0, readUnits: 0, streamReads: 0 }, lambda: { requests: 0, gbSecond: 0 } };
  const rest = { eventBridge: { events: 0 }, cloudWatch: free, traces: 0, kms: { key: 0, requests: 0 } };
  const all = { ...prices, ...rest, fargate: { vcpu: 0, gb: 0 }, interfaceEndpoint: 0 };
  expect(toldOf({ load: none, prices: all })[0]).toContain('up to $0.00 a month');
});
