import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { STATE_PARTITION_KEY, STATE_SORT_KEY } from '../../../shared/aws/stateStore.ts';
import { wrong } from '../../../shared/model/errors.ts';
import { namesOf } from '../../../shared/model/names.ts';
import { acknowledgeOwn } from './acknowledged.ts';
import { accessLogs, archiveBucket, type BucketOptions, failedBucket } from './archiveBucket.ts';
import { recoverable } from './recoverable.ts';

/** What must outlive every deployment: the state table and the buckets. In a stack of its own, so that replacing what runs never touches it. */
export class Storage extends Construct {
  readonly stateTable: dynamodb.Table;
  readonly archive: s3.Bucket;
  readonly failed: s3.Bucket;
  /** The customer's; undefined: keys of AWS. */
  readonly encryptionKey: kms.IKey | undefined;

  constructor(scope: Construct, id: string, props: BucketOptions) {
    super(scope, id);
    acknowledgeOwn(this);
    const encryptionKey = keyOf(this, props);
    this.encryptionKey = encryptionKey;
    const options = { ...props, ...(encryptionKey && { encryptionKey }) };
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    this.stateTable = new dynamodb.Table(this, 'State', {
      tableName: namesOf(props.system, props.stage).stateTable,
      partitionKey: { name: STATE_PARTITION_KEY, type: dynamodb.AttributeType.STRING },
      sortKey: { name: STATE_SORT_KEY, type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      ...recoverable(encryptionKey),
      deletionProtection: removalPolicy !== RemovalPolicy.DESTROY,
      removalPolicy,
    });
    const logs = accessLogs(this, options);
    this.archive = archiveBucket(this, options, logs);
    this.failed = failedBucket(this, options, logs);
  }
}

/** The key that was given, else the one that the declaration names. Throws DECLARATION_WRONG. */
function keyOf(scope: Construct, { system, encryptionKey }: BucketOptions): kms.IKey | undefined {
  const declared = system.archive.encryption?.kmsKeyId;
  if (encryptionKey || declared === undefined) return encryptionKey;
  if (declared.startsWith('arn:') && declared.includes(':key/')) return kms.Key.fromKeyArn(scope, 'Key', declared);
  throw wrong(
    'archive.encryption.kmsKeyId',
    `'${declared}' is no ARN of a key: no role can be allowed to use it`,
    "name the key by its ARN, or give the construct's 'encryptionKey'",
  );
}
