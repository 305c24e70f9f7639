import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { type LifecycleRule, lifecycleRules } from '../../../shared/archive/lifecycle.ts';
import { wrong } from '../../../shared/model/errors.ts';
import { bucketName, LONGEST_BUCKET_NAME, namesOf } from '../../../shared/model/names.ts';
import type { StorageClass } from '../../../shared/model/retention.ts';
import type { LockRule } from '../../../shared/model/storageRules.ts';
import type { System } from '../../../shared/model/system.ts';

export interface BucketOptions {
  readonly system: System;
  readonly stage: string;
  readonly encryptionKey?: kms.IKey;
  /** Absent: buckets stay where the stack goes. */
  readonly removalPolicy?: RemovalPolicy;
}

/** A failed batch holds images as the stream has them, secrets too: long enough to be looked at, and no longer. */
const FAILED_DAYS = 30;
const ANY_ACCOUNT = '0'.repeat(12);
const CLASSES: Readonly<Record<StorageClass, s3.StorageClass | undefined>> = {
  STANDARD: undefined,
  GLACIER_IR: s3.StorageClass.GLACIER_INSTANT_RETRIEVAL,
  GLACIER: s3.StorageClass.GLACIER,
  DEEP_ARCHIVE: s3.StorageClass.DEEP_ARCHIVE,
};

/** The archive: the same name, lifecycle and Object Lock as `afterwrite provision` gives it. */
export function archiveBucket(scope: Construct, options: BucketOptions, logs: s3.Bucket): s3.Bucket {
  const names = namesOf(options.system, options.stage, Stack.of(scope).account);
  const { lock } = options.system.archive;
  const rules = lifecycleRules(options.system, names);
  const bucket = new s3.Bucket(scope, 'Archive', {
    ...safe(options),
    bucketName: fitting(options, 'archive', names.bucket),
    lifecycleRules: [
      ...rules.map(ruleOf),
      { id: 'abort-uploads', abortIncompleteMultipartUploadAfter: Duration.days(7) },
    ],
    ...(lock && { versioned: true, objectLockEnabled: true, objectLockDefaultRetention: lockOf(lock) }),
  });
  // CloudFormation takes a text for it, and CDK a number alone.
  for (const [i, { move }] of rules.entries())
    if (move)
      cfnOf(bucket).addPropertyOverride(
        `LifecycleConfiguration.Rules.${i}.ObjectSizeGreaterThan`,
        `${move.largerThan}`,
      );
  logged(bucket, logs, 'archive/');
  return bucket;
}

/** Where Lambda puts what it gives up on. Apart from the archive: the archive never holds a secret. */
export function failedBucket(scope: Construct, options: BucketOptions, logs: s3.Bucket): s3.Bucket {
  const bucket = new s3.Bucket(scope, 'Failed', {
    ...safe(options),
    bucketName: named(scope, options, 'failed'),
    lifecycleRules: [{ id: 'failed-end', expiration: Duration.days(FAILED_DAYS) }],
  });
  logged(bucket, logs, 'failed/');
  return bucket;
}

/** By a bucket policy: what CDK does by itself depends on a feature flag of the app, and else asks for an ACL. */
function logged(bucket: s3.Bucket, logs: s3.Bucket, prefix: string): void {
  const { account } = Stack.of(bucket);
  cfnOf(bucket).loggingConfiguration = {
    destinationBucketName: logs.bucketName,
    logFilePrefix: prefix,
  };
  logs.addToResourcePolicy(
    new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal('logging.s3.amazonaws.com')],
      actions: ['s3:PutObject'],
      resources: [logs.arnForObjects(`${prefix}*`)],
      conditions: { ArnLike: { 'aws:SourceArn': bucket.bucketArn }, StringEquals: { 'aws:SourceAccount': account } },
    }),
  );
}

/** Who read what of the buckets. S3 writes such logs to buckets that are encrypted by S3's own key. */
export const accessLogs = (scope: Construct, { encryptionKey: _, ...options }: BucketOptions): s3.Bucket =>
  new s3.Bucket(scope, 'AccessLogs', {
    ...safe(options),
    bucketName: named(scope, options, 'logs'),
    lifecycleRules: [{ id: 'logs-end', expiration: Duration.days(365) }],
  });

const named = (scope: Construct, options: BucketOptions, what: string): string =>
  fitting(options, what, bucketName(options.system, what, options.stage, Stack.of(scope).account));

/** The account may be known at deployment alone: as long as any. Throws DECLARATION_WRONG. */
function fitting({ system, stage }: BucketOptions, what: string, name: string): string {
  const { length } = bucketName(system, what, stage, ANY_ACCOUNT);
  if (length <= LONGEST_BUCKET_NAME) return name;
  const over = length - LONGEST_BUCKET_NAME;
  throw wrong(
    'stage',
    `with '${stage}' the name of the bucket '${what}' would have ${length} characters, and S3 takes ${LONGEST_BUCKET_NAME}`,
    `give a stage, or a system's name, that is ${over} shorter`,
  );
}

const cfnOf = (bucket: s3.Bucket): s3.CfnBucket => bucket.node.defaultChild as s3.CfnBucket;

const safe = ({ encryptionKey, removalPolicy }: BucketOptions): s3.BucketProps => ({
  blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
  objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
  removalPolicy: removalPolicy ?? RemovalPolicy.RETAIN,
  ...(encryptionKey
    ? { encryption: s3.BucketEncryption.KMS, encryptionKey, bucketKeyEnabled: true }
    : { encryption: s3.BucketEncryption.S3_MANAGED }),
});

const lockOf = ({ mode, days }: LockRule): s3.ObjectLockRetention =>
  mode === 'COMPLIANCE'
    ? s3.ObjectLockRetention.compliance(Duration.days(days))
    : s3.ObjectLockRetention.governance(Duration.days(days));

function ruleOf({ id, prefix, move, expireDays, hiddenDays }: LifecycleRule): s3.LifecycleRule {
  const storageClass = move && CLASSES[move.storageClass];
  return {
    id,
    prefix,
    ...(move && { objectSizeGreaterThan: move.largerThan }),
    ...(move && storageClass && { transitions: [{ storageClass, transitionAfter: Duration.days(move.afterDays) }] }),
    ...(expireDays !== undefined && { expiration: Duration.days(expireDays) }),
    ...(hiddenDays !== undefined && {
      noncurrentVersionExpiration: Duration.days(hiddenDays),
      expiredObjectDeleteMarker: true,
    }),
  };
}
