import { Tags } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { sourceName } from '../../../events/envelope.ts';
import { USUAL } from '../../../shared/model/forecast/deployed.ts';
import type { Load } from '../../../shared/model/forecast/load.ts';
import type { ServicePrices } from '../../../shared/model/forecast/prices.ts';
import { namesOf } from '../../../shared/model/names.ts';
import type { System } from '../../../shared/model/system.ts';
import { acknowledgeOwn } from './acknowledged.ts';
import { Alarms } from './alarms.ts';
import { Buses, deadLetters } from './buses.ts';
import { addDashboard } from './dashboard.ts';
import { mapStream, type ReaderName, type ReaderOptions } from './eventSources.ts';
import { foretell } from './forecast.ts';
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
  /** ARNs of queues and functions that `replay --deployed` may send to, beside the replay bus. */
  readonly replayTargets?: readonly string[];
  /** Types of events that a person is told of. */
  readonly tellOf?: readonly string[];
  /** What it is expected to carry. Absent: what the system declares. */
  readonly load?: Load;
  /** Dollars a month: more than that is refused; a person is told at 80 % of it, and when AWS forecasts more. Absent: what the load says. */
  readonly monthlyDollars?: number;
  /** What the forecast is made by. Absent: us-east-1's. */
  readonly prices?: ServicePrices;
  /** Three dollars a month. Absent: true. */
  readonly dashboard?: boolean;
  /** X-Ray, of each function. Absent: true. */
  readonly tracing?: boolean;
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
    if (props.dashboard !== false) addDashboard(this, watched, this.alarms.all);
    this.#budget(props);
  }

  /** What it will cost is told and, where there is a limit, held to it: now by the forecast, later by what AWS counts. */
  #budget(props: AfterwriteProps): void {
    const { system, stage, load = system.load, prices } = props;
    const monthlyDollars = props.monthlyDollars ?? load?.monthlyDollars;
    const deployed = {
      ...USUAL,
      dashboards: props.dashboard === false ? 0 : USUAL.dashboards,
      traced: props.tracing !== false,
      keys: this.#keys(props).length,
    };
    foretell(this, { system, load, monthlyDollars, deployed, prices });
    if (monthlyDollars === undefined) return;
    const tag = { key: TAG, value: `${system.name}-${stage}` };
    spendAlert(this, { dollars: monthlyDollars, tag, topic: this.topic });
  }

  /** ARNs of the customer's keys. */
  #keys({ encryptionKey, table }: AfterwriteProps): string[] {
    const keys = [encryptionKey, table.encryptionKey, this.storage.encryptionKey];
    return [...new Set(keys.flatMap((key) => (key ? [key.keyArn] : [])))];
  }

  #functions(props: AfterwriteProps, stream: string): Record<FunctionName, lambda.Function> {
    const granted = this.#granted(props, stream);
    const options = { ...props, bucket: this.storage.archive.bucketName };
    const made = FUNCTIONS.map((name) => [name, makeFunction(this, name, options, permissionsOf(name, granted))]);
    return Object.fromEntries(made) as Record<FunctionName, lambda.Function>;
  }

  #granted(props: AfterwriteProps, stream: string): Granted {
    const { system, stage, table, referredBuckets = [] } = props;
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
      replayTargets: props.replayTargets ?? [],
      keys: this.#keys(props),
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
