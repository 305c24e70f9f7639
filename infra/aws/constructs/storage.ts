import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { STATE_PARTITION_KEY, STATE_SORT_KEY } from '../../../shared/aws/stateStore.ts';
import { namesOf } from '../../../shared/model/names.ts';
import { accessLogs, archiveBucket, type BucketOptions, failedBucket } from './archiveBucket.ts';

const STATE_RECOVERY_DAYS = 35;

/** What must outlive every deployment: the state table and the buckets. In a stack of its own, so that replacing what runs never touches it. */
export class Storage extends Construct {
  readonly stateTable: dynamodb.Table;
  readonly archive: s3.Bucket;
  readonly failed: s3.Bucket;

  constructor(scope: Construct, id: string, props: BucketOptions) {
    super(scope, id);
    const { encryptionKey } = props;
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    this.stateTable = new dynamodb.Table(this, 'State', {
      tableName: namesOf(props.system, props.stage).stateTable,
      partitionKey: { name: STATE_PARTITION_KEY, type: dynamodb.AttributeType.STRING },
      sortKey: { name: STATE_SORT_KEY, type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: {
        pointInTimeRecoveryEnabled: true,
        recoveryPeriodInDays: STATE_RECOVERY_DAYS,
      },
      ...(encryptionKey
        ? { encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED, encryptionKey }
        : { encryption: dynamodb.TableEncryption.AWS_MANAGED }),
      deletionProtection: removalPolicy !== RemovalPolicy.DESTROY,
      removalPolicy,
    });
    const logs = accessLogs(this, props);
    this.archive = archiveBucket(this, props, logs);
    this.failed = failedBucket(this, props, logs);
  }
}
