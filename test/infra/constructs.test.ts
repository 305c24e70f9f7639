import { Match } from 'aws-cdk-lib/assertions';
import { declaredTables, perTable } from '../../infra/aws/constructs/tables.ts';
import { namesOf } from '../../shared/model/names.ts';
import { reviewer } from '../../shared/systems/reviewer.ts';
import { EACH_SYSTEM, resourcesOf, templatesOf } from './synth.ts';

describe.each(EACH_SYSTEM)('%s', (_, system) => {
  const { data, processing } = templatesOf(system);
  const names = namesOf(system, 'dev');
  const tables = declaredTables(system, 'dev');

  test('every reader has a mapping of each stream, in which no option is left to a default', () => {
    const mappings = resourcesOf(processing, 'AWS::Lambda::EventSourceMapping');
    const fed = new Set(
      mappings.map(({ FunctionName, EventSourceArn }) => JSON.stringify([FunctionName, EventSourceArn])),
    );
    expect(fed.size).toBe(2 * tables.length);
    for (const mapping of mappings)
      expect(mapping).toMatchObject({
        StartingPosition: 'TRIM_HORIZON',
        ParallelizationFactor: 1,
        BisectBatchOnFunctionError: true,
        MaximumRetryAttempts: -1,
        MaximumRecordAgeInSeconds: -1,
        TumblingWindowInSeconds: 900,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        DestinationConfig: { OnFailure: { Destination: expect.anything() } },
      });
    for (const mapping of mappings) expect(mapping).not.toHaveProperty('FilterCriteria');
    const windows = mappings.map(({ MaximumBatchingWindowInSeconds }) => MaximumBatchingWindowInSeconds);
    expect(windows).toEqual([...tables.map(() => 1), ...tables.map(() => 30)]);
  });

  test('what exists on one machine has the same name on AWS', () => {
    for (const name of [...tables.map((table) => table.name), names.stateTable])
      data.hasResourceProperties('AWS::DynamoDB::Table', { TableName: name });
    for (const bus of [names.bus, names.replayBus])
      processing.hasResourceProperties('AWS::Events::EventBus', { Name: bus });
    for (const group of [names.logGroup, names.replayLogGroup])
      processing.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: group });
  });

  test('each target has a dead-letter queue, and each queue an alarm', () => {
    for (const rule of resourcesOf(processing, 'AWS::Events::Rule'))
      for (const target of rule.Targets) expect(target).toHaveProperty('DeadLetterConfig.Arn');
    const queues = Object.keys(processing.findResources('AWS::SQS::Queue'));
    const alarms = JSON.stringify(processing.findResources('AWS::CloudWatch::Alarm'));
    expect(queues.length).toBeGreaterThan(0);
    for (const queue of queues) expect(alarms).toContain(queue);
  });

  test('functions run on arm64, are traced, and know their system, stage and archive', () => {
    const functions = resourcesOf(processing, 'AWS::Lambda::Function');
    expect(functions.length).toBeGreaterThan(0);
    for (const fn of functions)
      expect(fn).toMatchObject({
        Architectures: ['arm64'],
        Runtime: 'nodejs24.x',
        TracingConfig: { Mode: 'Active' },
        Environment: {
          Variables: { AFTERWRITE_SYSTEM: system.name, AFTERWRITE_STAGE: 'dev', AFTERWRITE_BUCKET: expect.anything() },
        },
      });
  });

  test.each([
    'time-to-loss-statistics',
    'time-to-loss-fanout',
    'time-to-loss-archive',
    'age-live',
    'age-archive',
    'parked',
    'spilled',
    'drift',
    ...tables.map((table) => `throttled-${perTable('table', table)}`),
    ...tables.map((table) => `system-errors-${perTable('table', table)}`),
    'user-errors',
    'errors-live',
    'errors-sweeper',
  ])('the alarm %s tells the topic', (id) => {
    processing.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: `afterwrite-${system.name}-${id}-dev`,
      AlarmActions: [Match.anyValue()],
      TreatMissingData: 'notBreaching',
    });
  });
});

test('a person is told of a failed review, and of what is spent', () => {
  const { processing } = templatesOf(reviewer, { monthlyDollars: 50 });
  processing.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: { source: ['afterwrite.reviewer'], 'detail-type': ['ReviewFailed'] },
  });
  processing.hasResourceProperties('AWS::Budgets::Budget', { Budget: { BudgetLimit: { Amount: 50, Unit: 'USD' } } });
});
