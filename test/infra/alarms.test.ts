import { LONGEST_DESCRIPTION, RUNBOOK } from '../../infra/aws/constructs/runbook.ts';
import { powertoolsMetrics } from '../../infra/aws/functions/observability.ts';
import { DRIFT, LAG, PARKED, SPILLED, TIME_TO_LOSS } from '../../shared/model/metricNames.ts';
import { reviewer } from '../../shared/systems/reviewer.ts';
import { resourcesOf, templatesOf } from './synth.ts';

const { processing } = templatesOf(reviewer);
const alarms = resourcesOf(processing, 'AWS::CloudWatch::Alarm');

/** A metric's name and all of its dimensions: CloudWatch finds it by both. */
const idOf = (name: string, dimensions: readonly (readonly [string, unknown])[]): string =>
  JSON.stringify([name, [...dimensions].sort()]);

/** What a deployed function writes for a number. */
function reported(name: string, dimensions: Record<string, string>): string {
  const lines: string[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  powertoolsMetrics({ system: 'reviewer', stage: 'dev' }).gauge(name, 1, dimensions);
  write.mockRestore();
  const line = JSON.parse(lines[0] ?? '{}');
  expect(line._aws.CloudWatchMetrics[0].Namespace).toBe('afterwrite');
  const names: string[] = line._aws.CloudWatchMetrics[0].Dimensions[0];
  return idOf(
    name,
    names.map((dimension) => [dimension, line[dimension]]),
  );
}

const FED = [
  reported(PARKED, {}),
  reported(DRIFT, {}),
  reported(SPILLED, { processor: 'fanout' }),
  ...[LAG, TIME_TO_LOSS].flatMap((name) => [
    reported(name, { reader: 'live', processor: 'statistics', shard: 'shardId-1' }),
    reported(name, { reader: 'live', processor: 'fanout', shard: 'shardId-1' }),
    reported(name, { reader: 'archive', processor: 'archive', shard: 'shardId-1' }),
  ]),
];

test('each alarm of our own looks at a metric that a function reports, in exactly its dimensions', () => {
  const own = alarms.filter(({ Namespace }) => Namespace === 'afterwrite');
  expect(own).toHaveLength(6);
  for (const { MetricName, Dimensions } of own)
    expect(FED).toContain(
      idOf(
        MetricName,
        Dimensions.map(({ Name, Value }: { Name: string; Value: string }) => [Name, Value]),
      ),
    );
});

test('each graph of our own shows a metric that a function reports', () => {
  const [dashboard] = resourcesOf(processing, 'AWS::CloudWatch::Dashboard');
  if (!dashboard) throw new Error('there is no dashboard');
  const text = (dashboard.DashboardBody['Fn::Join'][1] as unknown[])
    .map((part) => (typeof part === 'string' ? part : 'a reference'))
    .join('');
  const widgets: { properties: { metrics?: unknown[][] } }[] = JSON.parse(text).widgets;
  const own = widgets.flatMap(({ properties }) => properties.metrics ?? []).filter(([space]) => space === 'afterwrite');
  expect(own.length).toBeGreaterThan(0);
  for (const [, name, ...rest] of own) {
    const texts = rest.filter((part): part is string => typeof part === 'string');
    const pairs = texts.flatMap((part, i) => (i % 2 === 0 ? [[part, texts[i + 1]] as const] : []));
    expect(FED).toContain(idOf(String(name), pairs));
  }
});

test('every alarm says what it means and what to do, and is told to a person', () => {
  for (const { AlarmName, AlarmDescription, AlarmActions } of alarms) {
    const page = Object.entries(RUNBOOK).find(([name]) =>
      new RegExp(`^afterwrite-reviewer-${name}(-[A-Za-z-]+)?-dev$`).test(AlarmName),
    )?.[1];
    expect(AlarmDescription).toContain(page?.means);
    expect(AlarmDescription).toContain(page?.todo);
    expect(AlarmDescription.length).toBeLessThanOrEqual(LONGEST_DESCRIPTION);
    expect(AlarmActions).toHaveLength(1);
  }
});

test('each page of the runbook is of an alarm', () => {
  const names = alarms.map(({ AlarmName }) => AlarmName as string);
  const without = Object.keys(RUNBOOK).filter((page) => !names.some((name) => name.includes(`-${page}`)));
  // That one is the service's: `worker.test.ts`.
  expect(without).toEqual(['workers']);
});
