import { Tags } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { sourceName } from '../../../events/envelope.ts';
import { namesOf } from '../../../shared/model/names.ts';
import type { System } from '../../../shared/model/system.ts';
import { acknowledgeOwn } from './acknowledged.ts';
import { Alarms } from './alarms.ts';
import { Buses, deadLetters } from './buses.ts';
import { addDashboard } from './dashboard.ts';
import { mapStream, type ReaderName, type ReaderOptions } from './eventSources.ts';
import { makeFunction } from './functions.ts';
import { type Granted, permissionsOf } from './permissions.ts';
import { refusedReaders, refuseTable } from './refusals.ts';
import { FUNCTIONS, type FunctionName, resourceName } from './resourceNames.ts';
import { addSchedules } from './schedules.ts';
import { Storage } from './storage.ts';
import { alertTopic, spendAlert, tellOf } from './topic.ts';

export interface AfterwriteProps {
  /** With a stream of both images; `SystemTable` makes one. */
  readonly table: dynamodb.ITable;
  readonly system: System;
  readonly stage: string;
  /** In a stack of its own; absent: made here. */
  readonly storage?: Storage;
  /** Files that export `handler`; absent: afterwrite's own, which know the systems of shared/systems. */
  readonly entries?: Partial<Readonly<Record<FunctionName, string>>>;
  readonly readers?: Partial<Readonly<Record<ReaderName, ReaderOptions>>>;
  /** Readers of the stream that this app does not make; a stream bears two in all. Absent: 0. */
  readonly otherReaders?: number;
  /** Of the table, the state table, the buckets, the buses and the topic. Absent: keys of AWS. */
  readonly encryptionKey?: kms.IKey;
  readonly vpc?: ec2.IVpc;
  /** ARNs of buckets that items refer to. */
  readonly referredBuckets?: readonly string[];
  /** Types of events that a person is told of. */
  readonly tellOf?: readonly string[];
  /** Dollars a month; a person is told at 80 % of it, and when AWS forecasts more. */
  readonly monthlyDollars?: number;
}

const TAG = 'afterwrite';

/** Everything that should happen after a write to this table. Throws DECLARATION_WRONG for what could not work. */
export class Afterwrite extends Construct {
  readonly storage: Storage;
  readonly buses: Buses;
  readonly topic: sns.Topic;
  readonly alarms: Alarms;
  readonly functions: Readonly<Record<FunctionName, lambda.Function>>;

  constructor(scope: Construct, id: string, props: AfterwriteProps) {
    super(scope, id);
    const { system, stage, table, encryptionKey } = props;
    const key = encryptionKey ? { encryptionKey } : {};
    const read = { system, table, otherReaders: props.otherReaders ?? 0 };
    const stream = refuseTable(read, namesOf(system, stage).table);
    this.node.addValidation({ validate: () => refusedReaders(read) });
    acknowledgeOwn(this);
    Tags.of(this).add(TAG, `${system.name}-${stage}`);
    this.storage = props.storage ?? new Storage(this, 'Storage', { system, stage, ...key });
    this.buses = new Buses(this, 'Buses', { system, stage, source: sourceName(system.name), ...key });
    this.functions = this.#functions(props, stream);
    this.#mappings(props, stream);
    const queue = deadLetters(this, 'DeadLetters', resourceName(system, 'dead-letters', stage));
    addSchedules(this, { system, stage, functions: this.functions, queue });
    this.topic = alertTopic(this, resourceName(system, 'alerts', stage), encryptionKey);
    const { bus } = this.buses;
    for (const type of props.tellOf ?? [])
      tellOf(this, type, { bus, source: sourceName(system.name), topic: this.topic, queue });
    const watched = {
      system,
      stage,
      functions: this.functions,
      queues: [queue, this.buses.deadLetters],
      topic: this.topic,
    };
    this.alarms = new Alarms(this, 'Alarms', watched);
    addDashboard(this, watched, this.alarms.all);
    if (props.monthlyDollars !== undefined) {
      const tag = { key: TAG, value: `${system.name}-${stage}` };
      spendAlert(this, { dollars: props.monthlyDollars, tag, topic: this.topic });
    }
  }

  #functions(props: AfterwriteProps, stream: string): Record<FunctionName, lambda.Function> {
    const granted = this.#granted(props, stream);
    const options = { ...props, bucket: this.storage.archive.bucketName };
    const made = FUNCTIONS.map((name) => [name, makeFunction(this, name, options, permissionsOf(name, granted))]);
    return Object.fromEntries(made) as Record<FunctionName, lambda.Function>;
  }

  #granted({ system, stage, table, encryptionKey, referredBuckets = [] }: AfterwriteProps, stream: string): Granted {
    const keys = [encryptionKey, table.encryptionKey, this.storage.encryptionKey];
    return {
      system,
      stage,
      table: table.tableArn,
      stream,
      stateTable: this.storage.stateTable.tableArn,
      archive: this.storage.archive.bucketArn,
      failed: this.storage.failed.bucketArn,
      bus: this.buses.bus.eventBusArn,
      replayBus: this.buses.replayBus.eventBusArn,
      referred: referredBuckets,
      keys: [...new Set(keys.flatMap((key) => (key ? [key.keyArn] : [])))],
    };
  }

  #mappings({ readers = {} }: AfterwriteProps, stream: string): void {
    for (const name of ['live', 'archive'] as const) {
      const reader = this.functions[name];
      const mapping = mapStream(this, name, { stream, failed: this.storage.failed.bucketArn, reader }, readers[name]);
      // Lambda tries the role when the mapping is made: its policy must be there by then.
      if (reader.role) mapping.node.addDependency(reader.role);
    }
  }
}
