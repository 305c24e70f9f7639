import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { namesOf } from '../../../shared/model/names.ts';
import type { System } from '../../../shared/model/system.ts';

/** Read and write units a second that a table may be scaled to. */
export interface Capacity {
  readonly minimum: number;
  readonly maximum: number;
}

export interface SystemTableProps {
  readonly system: System;
  readonly stage: string;
  /** A customer's key; absent: AWS's own key of the account, so that its use is in CloudTrail. */
  readonly encryptionKey?: kms.IKey;
  /** Absent: paid by request. Given, units are provisioned for the table and each of its indexes, and scaled at 70 %. */
  readonly provisioned?: Capacity;
  /** Absent: true. */
  readonly deletionProtection?: boolean;
  /** Absent: the table stays where the stack goes. */
  readonly removalPolicy?: RemovalPolicy;
}

/** The longest that point-in-time recovery goes back. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html */
const RECOVERY_DAYS = 35;
const TARGET_PERCENT = 70;

/** A system's own table, as its declaration says: the same that `afterwrite provision` makes, with what only AWS has. */
export class SystemTable extends Construct {
  readonly table: dynamodb.Table;

  constructor(scope: Construct, id: string, props: SystemTableProps) {
    super(scope, id);
    const { system, stage, encryptionKey, provisioned } = props;
    const { table: declared } = system;
    this.table = new dynamodb.Table(this, 'Table', {
      tableName: namesOf(system, stage).table,
      partitionKey: text(declared.partitionKey),
      ...(declared.sortKey !== undefined && { sortKey: text(declared.sortKey) }),
      ...(declared.ttl !== undefined && { timeToLiveAttribute: declared.ttl }),
      stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
      pointInTimeRecoverySpecification: {
        pointInTimeRecoveryEnabled: true,
        recoveryPeriodInDays: RECOVERY_DAYS,
      },
      ...(encryptionKey
        ? { encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED, encryptionKey }
        : { encryption: dynamodb.TableEncryption.AWS_MANAGED }),
      deletionProtection: props.deletionProtection ?? true,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
      ...(provisioned
        ? {
            billingMode: dynamodb.BillingMode.PROVISIONED,
            readCapacity: provisioned.minimum,
            writeCapacity: provisioned.minimum,
          }
        : { billingMode: dynamodb.BillingMode.PAY_PER_REQUEST }),
    });
    this.#addIndexes(system, provisioned);
    if (provisioned) {
      scale(this.table.autoScaleReadCapacity(bounds(provisioned)));
      scale(this.table.autoScaleWriteCapacity(bounds(provisioned)));
    }
  }

  #addIndexes({ table }: System, provisioned: Capacity | undefined): void {
    for (const { name, partition, sort, sortType, include } of table.indexes ?? []) {
      this.table.addGlobalSecondaryIndex({
        indexName: name,
        partitionKey: text(partition),
        ...(sort !== undefined && {
          sortKey: sortType === 'N' ? { name: sort, type: dynamodb.AttributeType.NUMBER } : text(sort),
        }),
        ...(include
          ? { projectionType: dynamodb.ProjectionType.INCLUDE, nonKeyAttributes: [...include] }
          : { projectionType: dynamodb.ProjectionType.ALL }),
        ...(provisioned && { readCapacity: provisioned.minimum, writeCapacity: provisioned.minimum }),
      });
      if (!provisioned) continue;
      scale(this.table.autoScaleGlobalSecondaryIndexReadCapacity(name, bounds(provisioned)));
      scale(this.table.autoScaleGlobalSecondaryIndexWriteCapacity(name, bounds(provisioned)));
    }
  }
}

const text = (name: string): dynamodb.Attribute => ({ name, type: dynamodb.AttributeType.STRING });

const bounds = ({ minimum, maximum }: Capacity) => ({ minCapacity: minimum, maxCapacity: maximum });

const scale = (capacity: dynamodb.IScalableTableAttribute): void =>
  capacity.scaleOnUtilization({ targetUtilizationPercent: TARGET_PERCENT, scaleInCooldown: Duration.minutes(5) });
