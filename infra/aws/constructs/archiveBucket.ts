import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { type LifecycleRule, lifecycleRules } from '../../../shared/archive/lifecycle.ts';
import { namesOf } from '../../../shared/model/names.ts';
import type { StorageClass } from '../../../shared/model/retention.ts';
import type { System } from '../../../shared/model/system.ts';
import { resourceName } from './resourceNames.ts';

/** Nobody, the account's root included, can delete or overwrite an object's version before its time (COMPLIANCE), or only who may bypass it (GOVERNANCE). */
interface ObjectLock {
  readonly mode: 'GOVERNANCE' | 'COMPLIANCE';
  readonly days: number;
}

export interface BucketOptions {
  readonly system: System;
  readonly stage: string;
  readonly encryptionKey?: kms.IKey;
  readonly objectLock?: ObjectLock;
  /** Absent: buckets stay where the stack goes. */
  readonly removalPolicy?: RemovalPolicy;
}

/** A failed batch holds images as the stream has them, secrets too: long enough to be looked at, and no longer. */
const FAILED_DAYS = 30;
const CLASSES: Readonly<Record<StorageClass, s3.StorageClass | undefined>> = {
  STANDARD: undefined,
  GLACIER_IR: s3.StorageClass.GLACIER_INSTANT_RETRIEVAL,
  GLACIER: s3.StorageClass.GLACIER,
  DEEP_ARCHIVE: s3.StorageClass.DEEP_ARCHIVE,
};

/**
 * The archive: the same name and lifecycle as `afterwrite provision` gives it. With Object Lock it keeps versions, and S3 removes
 * those that are not current a day after their lock ends.
 */
export function archiveBucket(scope: Construct, options: BucketOptions, logs: s3.Bucket): s3.Bucket {
  const names = namesOf(options.system, options.stage);
  const { objectLock } = options;
  const bucket = new s3.Bucket(scope, 'Archive', {
    ...safe(options),
    bucketName: names.bucket,
    lifecycleRules: [
      ...lifecycleRules(options.system, names).map(ruleOf),
      { id: 'abort-uploads', abortIncompleteMultipartUploadAfter: Duration.days(7) },
      ...(objectLock
        ? [{ id: 'old-versions-end', noncurrentVersionExpiration: Duration.days(objectLock.days + 1) }]
        : []),
    ],
    ...(objectLock && { versioned: true, objectLockEnabled: true, objectLockDefaultRetention: lockOf(objectLock) }),
  });
  logged(bucket, logs, 'archive/');
  return bucket;
}

/** Where Lambda puts what it gives up on. Apart from the archive: the archive never holds a secret. */
export function failedBucket(scope: Construct, options: BucketOptions, logs: s3.Bucket): s3.Bucket {
  const bucket = new s3.Bucket(scope, 'Failed', {
    ...safe(options),
    bucketName: resourceName(options.system, 'failed', options.stage),
    lifecycleRules: [{ id: 'failed-end', expiration: Duration.days(FAILED_DAYS) }],
  });
  logged(bucket, logs, 'failed/');
  return bucket;
}

/** By a bucket policy: what CDK does by itself depends on a feature flag of the app, and else asks for an ACL. */
function logged(bucket: s3.Bucket, logs: s3.Bucket, prefix: string): void {
  const { account } = Stack.of(bucket);
  (bucket.node.defaultChild as s3.CfnBucket).loggingConfiguration = {
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
    bucketName: resourceName(options.system, 'access-logs', options.stage),
    lifecycleRules: [{ id: 'logs-end', expiration: Duration.days(365) }],
  });

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

const lockOf = ({ mode, days }: ObjectLock): s3.ObjectLockRetention =>
  mode === 'COMPLIANCE'
    ? s3.ObjectLockRetention.compliance(Duration.days(days))
    : s3.ObjectLockRetention.governance(Duration.days(days));

function ruleOf({ id, prefix, move, expireDays }: LifecycleRule): s3.LifecycleRule {
  const storageClass = move && CLASSES[move.storageClass];
  return {
    id,
    prefix,
    ...(move && { objectSizeGreaterThan: move.largerThan }),
    ...(move && storageClass && { transitions: [{ storageClass, transitionAfter: Duration.days(move.afterDays) }] }),
    ...(expireDays !== undefined && { expiration: Duration.days(expireDays) }),
  };
}
