import { Match } from 'aws-cdk-lib/assertions';
import { lifecycleRules } from '../../../shared/archive/lifecycle.ts';
import { namesOf } from '../../../shared/model/names.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { reviewerTemplates } from './synth.ts';

const { data, processing } = reviewerTemplates({ monthlyDollars: 50 });
const names = namesOf(reviewer, 'dev');

const resources = (template: typeof data, type: string) =>
  Object.values(template.findResources(type)).map(({ Properties, ...rest }) => ({ ...Properties, ...rest }));

test('every reader has a mapping in which no option is left to a default', () => {
  const mappings = resources(processing, 'AWS::Lambda::EventSourceMapping');
  expect(mappings).toHaveLength(2);
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
  expect(mappings.map(({ MaximumBatchingWindowInSeconds }) => MaximumBatchingWindowInSeconds)).toEqual([1, 30]);
});

test('what exists on one machine has the same name on AWS', () => {
  for (const name of [names.table, names.stateTable])
    data.hasResourceProperties('AWS::DynamoDB::Table', { TableName: name });
  data.hasResourceProperties('AWS::S3::Bucket', { BucketName: names.bucket });
  for (const bus of [names.bus, names.replayBus])
    processing.hasResourceProperties('AWS::Events::EventBus', { Name: bus });
  for (const group of [names.logGroup, names.replayLogGroup])
    processing.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: group });
});

test('the table is as the system declares it', () => {
  data.hasResourceProperties('AWS::DynamoDB::Table', {
    TableName: names.table,
    StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 35 },
    DeletionProtectionEnabled: true,
    SSESpecification: { SSEEnabled: true },
    BillingMode: 'PAY_PER_REQUEST',
    GlobalSecondaryIndexes: (reviewer.table.indexes ?? []).map(({ name, partition, sort }) => ({
      IndexName: name,
      KeySchema: [
        { AttributeName: partition, KeyType: 'HASH' },
        { AttributeName: sort, KeyType: 'RANGE' },
      ],
    })),
  });
});

test('no data goes with a stack', () => {
  const keeps = [...resources(data, 'AWS::DynamoDB::Table'), ...resources(data, 'AWS::S3::Bucket')];
  expect(keeps.length).toBeGreaterThan(0);
  for (const kept of keeps) expect(kept).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
});

test('buckets are private, encrypted, and reached by TLS alone', () => {
  for (const bucket of resources(data, 'AWS::S3::Bucket'))
    expect(bucket).toMatchObject({
      BucketEncryption: expect.anything(),
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
  for (const policy of resources(data, 'AWS::S3::BucketPolicy'))
    expect(policy.PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    );
});

test('the archive lets go and moves as on one machine', () => {
  const archive = resources(data, 'AWS::S3::Bucket').find(({ BucketName }) => BucketName === names.bucket);
  const given = archive?.LifecycleConfiguration.Rules as Record<string, unknown>[];
  for (const { id, prefix, move, expireDays } of lifecycleRules(reviewer, names))
    expect(given).toContainEqual(
      expect.objectContaining({
        Id: id,
        Prefix: prefix,
        ...(expireDays !== undefined && { ExpirationInDays: expireDays }),
        ...(move && {
          ObjectSizeGreaterThan: move.largerThan,
          Transitions: [{ StorageClass: move.storageClass, TransitionInDays: move.afterDays }],
        }),
      }),
    );
});

test('each target has a dead-letter queue, and each queue an alarm', () => {
  for (const rule of resources(processing, 'AWS::Events::Rule'))
    for (const target of rule.Targets) expect(target).toHaveProperty('DeadLetterConfig.Arn');
  const queues = Object.keys(processing.findResources('AWS::SQS::Queue'));
  const alarms = JSON.stringify(processing.findResources('AWS::CloudWatch::Alarm'));
  expect(queues.length).toBeGreaterThan(0);
  for (const queue of queues) expect(alarms).toContain(queue);
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
  'throttled-table',
  'system-errors-table',
  'user-errors',
  'errors-live',
  'errors-sweeper',
])('the alarm %s tells the topic', (id) => {
  processing.hasResourceProperties('AWS::CloudWatch::Alarm', {
    AlarmName: `afterwrite-reviewer-${id}-dev`,
    AlarmActions: [Match.anyValue()],
    TreatMissingData: 'notBreaching',
  });
});

test('a person is told of a failed review, and of what is spent', () => {
  processing.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: { source: ['afterwrite.reviewer'], 'detail-type': ['ReviewFailed'] },
  });
  processing.hasResourceProperties('AWS::Budgets::Budget', { Budget: { BudgetLimit: { Amount: 50, Unit: 'USD' } } });
});

test('functions run on arm64, and their environment names a system and a stage alone', () => {
  for (const fn of resources(processing, 'AWS::Lambda::Function')) {
    expect(fn).toMatchObject({ Architectures: ['arm64'], Runtime: 'nodejs24.x', TracingConfig: { Mode: 'Active' } });
    expect(Object.keys(fn.Environment.Variables).sort()).toEqual([
      'AFTERWRITE_STAGE',
      'AFTERWRITE_SYSTEM',
      'NODE_OPTIONS',
    ]);
  }
});
