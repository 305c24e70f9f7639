import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Storage } from '../../infra/aws/constructs/storage.ts';
import { declaredTables } from '../../infra/aws/constructs/tables.ts';
import { lifecycleRules } from '../../shared/archive/lifecycle.ts';
import { namesOf } from '../../shared/model/names.ts';
import { archiveRules } from '../../shared/model/storageRules.ts';
import type { System } from '../../shared/model/system.ts';
import { reviewer } from '../../shared/systems/reviewer.ts';
import { EACH_SYSTEM, newApp, resourcesOf, templatesOf } from './synth.ts';

const ACCOUNT = '111122223333';
const KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/0f0e0d0c-1111-2222-3333-444455556666`;

/** The storage alone, in an account that is known. */
function storageOf(system: System, stage = 'dev'): Template {
  const stack = new Stack(newApp(), 'Data', { env: { account: ACCOUNT, region: 'eu-west-1' } });
  new Storage(stack, 'Storage', { system, stage });
  return Template.fromStack(stack);
}

const archiveIn = (template: Template) =>
  resourcesOf(template, 'AWS::S3::Bucket').find(({ id }) => id.startsWith('StorageArchive'));

describe.each(EACH_SYSTEM)('%s', (_, system) => {
  const { data } = templatesOf(system);
  const names = namesOf(system, 'dev');

  test.each(declaredTables(system, 'dev'))('the table $name is as the system declares it', ({ name, declared }) => {
    const { ttl, indexes } = declared;
    data.hasResourceProperties('AWS::DynamoDB::Table', {
      TableName: name,
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      TimeToLiveSpecification: ttl === undefined ? Match.absent() : { AttributeName: ttl, Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 35 },
      DeletionProtectionEnabled: true,
      SSESpecification: { SSEEnabled: true },
      BillingMode: 'PAY_PER_REQUEST',
      GlobalSecondaryIndexes: indexes
        ? indexes.map((index) => ({
            IndexName: index.name,
            KeySchema: [
              { AttributeName: index.partition, KeyType: 'HASH' },
              ...(index.sort === undefined ? [] : [{ AttributeName: index.sort, KeyType: 'RANGE' }]),
            ],
          }))
        : Match.absent(),
    });
  });

  test('no data goes with a stack', () => {
    const keeps = [...resourcesOf(data, 'AWS::DynamoDB::Table'), ...resourcesOf(data, 'AWS::S3::Bucket')];
    expect(keeps.length).toBeGreaterThan(0);
    for (const kept of keeps) expect(kept).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  test('buckets are private, encrypted, and reached by TLS alone', () => {
    for (const bucket of resourcesOf(data, 'AWS::S3::Bucket'))
      expect(bucket).toMatchObject({
        BucketEncryption: expect.anything(),
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      });
    for (const policy of resourcesOf(data, 'AWS::S3::BucketPolicy'))
      expect(policy.PolicyDocument.Statement).toContainEqual(
        expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      );
  });

  test('the archive lets go and moves as on one machine', () => {
    const archive = resourcesOf(data, 'AWS::S3::Bucket').find(({ id }) => id.startsWith('StorageArchive'));
    const given = archive?.LifecycleConfiguration.Rules as Record<string, unknown>[];
    for (const { id, prefix, move, expireDays } of lifecycleRules(system, names))
      expect(given).toContainEqual(
        expect.objectContaining({
          Id: id,
          Prefix: prefix,
          ...(expireDays !== undefined && { ExpirationInDays: expireDays }),
          ...(move && {
            ObjectSizeGreaterThan: String(move.largerThan),
            Transitions: [{ StorageClass: move.storageClass, TransitionInDays: move.afterDays }],
          }),
        }),
      );
  });

  test("buckets have the account in their names, for a name is the whole world's", () => {
    const buckets = resourcesOf(storageOf(system), 'AWS::S3::Bucket').map(({ BucketName }) => BucketName);
    expect(buckets).toContain(namesOf(system, 'dev', ACCOUNT).bucket);
    for (const bucket of buckets)
      expect(bucket).toMatch(new RegExp(`^afterwrite-${system.name}-[a-z]+-${ACCOUNT}-dev$`));
  });
});

test('a bucket whose name S3 would not take', () => {
  expect(() => storageOf(reviewer, 'a-stage-that-is-far-too-long')).toThrow(
    /stage: with 'a-stage-that-is-far-too-long' the name of the bucket '[a-z]+' would have \d+ characters.*S3 takes 63/,
  );
});

test('what the declaration says of Object Lock is on the bucket', () => {
  const archive = archiveRules({ lock: { mode: 'COMPLIANCE', days: 365 } });
  const bucket = archiveIn(storageOf({ ...reviewer, archive }));
  expect(bucket).toMatchObject({
    ObjectLockEnabled: true,
    ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 365 } } },
    VersioningConfiguration: { Status: 'Enabled' },
  });
  expect(bucket?.LifecycleConfiguration.Rules).toContainEqual(
    expect.objectContaining({ NoncurrentVersionExpiration: { NoncurrentDays: 1 }, ExpiredObjectDeleteMarker: true }),
  );
});

test('the key that the declaration names encrypts the archive', () => {
  const archive = archiveRules({ encryption: { kmsKeyId: KEY } });
  const byDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY };
  expect(archiveIn(storageOf({ ...reviewer, archive }))?.BucketEncryption).toEqual({
    ServerSideEncryptionConfiguration: [{ BucketKeyEnabled: true, ServerSideEncryptionByDefault: byDefault }],
  });
});

test('a key that no role could be allowed to use', () => {
  const archive = archiveRules({ encryption: { kmsKeyId: 'alias/archive' } });
  expect(() => storageOf({ ...reviewer, archive })).toThrow(/archive.encryption.kmsKeyId: 'alias\/archive' is no ARN/);
});
