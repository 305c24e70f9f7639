import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { wrong } from '../../../shared/model/errors.ts';
import type { System } from '../../../shared/model/system.ts';
import type { OwnTable } from '../../../shared/model/tables.ts';
import { recoverable } from './recoverable.ts';
import { declaredTables, type ReadTable } from './tables.ts';

/** Read and write units a second that a table may be scaled to. */
export interface Capacity {
  readonly minimum: number;
  readonly maximum: number;
}

export interface SystemTableProps {
  readonly system: System;
  readonly stage: string;
  /** Of a system of several tables, which of them: its name in the declaration. */
  readonly part?: string;
  /** A customer's key; absent: AWS's own key of the account, so that its use is in CloudTrail. */
  readonly encryptionKey?: kms.IKey;
  /** Absent: paid by request. Given, units are provisioned for the table and each of its indexes, and scaled at 70 %. */
  readonly provisioned?: Capacity;
  /** Absent: true. */
  readonly deletionProtection?: boolean;
  /** Absent: the table stays where the stack goes. */
  readonly removalPolicy?: RemovalPolicy;
}

const TARGET_PERCENT = 70;

/** A system's own table, or one of several, as its declaration says: the same that `afterwrite provision` makes, with what only AWS has. */
export class SystemTable extends Construct {
  readonly table: dynamodb.Table;

  constructor(scope: Construct, id: string, props: SystemTableProps) {
    super(scope, id);
    const { encryptionKey, provisioned } = props;
    const { name, declared } = declaredAs(props);
    this.table = new dynamodb.Table(this, 'Table', {
      tableName: name,
      partitionKey: text(declared.partitionKey),
      ...(declared.sortKey !== undefined && { sortKey: text(declared.sortKey) }),
      ...(declared.ttl !== undefined && { timeToLiveAttribute: declared.ttl }),
      stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
      ...recoverable(encryptionKey),
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
    this.#addIndexes(declared, provisioned);
    if (provisioned) {
      scale(this.table.autoScaleReadCapacity(bounds(provisioned)));
      scale(this.table.autoScaleWriteCapacity(bounds(provisioned)));
    }
  }

  #addIndexes({ indexes = [] }: OwnTable, provisioned: Capacity | undefined): void {
    for (const { name, partition, sort, sortType, include } of indexes) {
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

/** Throws DECLARATION_WRONG. */
function declaredAs({ system, stage, part }: SystemTableProps): Omit<ReadTable, 'table'> {
  const tables = declaredTables(system, stage);
  const found = tables.find((table) => table.part === part);
  if (found) return found;
  const parts = tables.flatMap((table) => table.part ?? []);
  throw wrong(
    'part',
    `'${system.name}' has no table '${part}'`,
    parts.length > 0 ? `name one of: ${parts.join(', ')}` : 'leave it out',
  );
}

const text = (name: string): dynamodb.Attribute => ({ name, type: dynamodb.AttributeType.STRING });

const bounds = ({ minimum, maximum }: Capacity) => ({ minCapacity: minimum, maxCapacity: maximum });

const scale = (capacity: dynamodb.IScalableTableAttribute): void =>
  capacity.scaleOnUtilization({ targetUtilizationPercent: TARGET_PERCENT, scaleInCooldown: Duration.minutes(5) });
