import { Tags } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { sourceName } from '../../../events/envelope.ts';
import { wrong } from '../../../shared/model/errors.ts';
import { usualFor } from '../../../shared/model/forecast/deployed.ts';
import type { Load } from '../../../shared/model/forecast/load.ts';
import type { ServicePrices } from '../../../shared/model/forecast/prices.ts';
import type { System } from '../../../shared/model/system.ts';
import { acknowledgeOwn } from './acknowledged.ts';
import { Alarms } from './alarms.ts';
import { Buses, deadLetters } from './buses.ts';
import { addDashboard } from './dashboard.ts';
import { foretell } from './forecast.ts';
import type { Granted } from './permissions.ts';
import { addPrivateEndpoints } from './privateEndpoints.ts';
import { addProcessing, type Processing, type ProcessingOptions } from './processing.ts';
import { refusedReaders, refuseTable } from './refusals.ts';
import { resourceName } from './resourceNames.ts';
import { WITH_EGRESS } from './running.ts';
import { addSchedules, BESIDE_WORKER } from './schedules.ts';
import { Storage } from './storage.ts';
import { type ReadTable, readTables, type Stream, type TablesGiven } from './tables.ts';
import { alertTopic, spendAlert, tellOf } from './topic.ts';
import { withWorker } from './worker.ts';

export interface AfterwriteProps extends ProcessingOptions, TablesGiven {
  readonly system: System;
  readonly stage: string;
  /** In a stack of its own; absent: made here. */
  readonly storage?: Storage;
  /** Readers of each stream that this app does not make; a stream bears two in all. Absent: 0. */
  readonly otherReaders?: number;
  /** Of the table, the state table, the buckets, the buses and the topic. Absent: keys of AWS. */
  readonly encryptionKey?: kms.IKey;
  /** Endpoints in `vpc`, or the worker's, for all that is used: gateways and, by the hour, interfaces. Absent: none. */
  readonly privateEndpoints?: boolean;
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
}

const TAG = 'afterwrite';

/** Everything that should happen after a write to this table, or these. Throws DECLARATION_WRONG for what could not work. */
export class Afterwrite extends Construct {
  readonly storage: Storage;
  readonly buses: Buses;
  readonly topic: sns.Topic;
  readonly alarms: Alarms;
  readonly processing: Processing;
  readonly #tables: readonly ReadTable[];

  constructor(scope: Construct, id: string, props: AfterwriteProps) {
    super(scope, id);
    const { system, stage, encryptionKey } = props;
    const key = encryptionKey ? { encryptionKey } : {};
    this.#tables = readTables(system, stage, props);
    const streams = this.#tables.map((read) => ({ part: read.part, arn: refuseTable(system, read) }));
    const refused = () => this.#tables.flatMap(({ table }) => refusedReaders(table, props.otherReaders ?? 0));
    this.node.addValidation({ validate: refused });
    acknowledgeOwn(this);
    Tags.of(this).add(TAG, `${system.name}-${stage}`);
    this.storage = props.storage ?? new Storage(this, 'Storage', { system, stage, ...key });
    this.buses = new Buses(this, 'Buses', { system, stage, source: sourceName(system.name), ...key });
    const bucket = this.storage.archive.bucketName;
    this.processing = addProcessing(this, { ...props, bucket, streams, granted: this.#granted(props, streams) });
    const { functions, worker } = this.processing;
    const queue = deadLetters(this, 'DeadLetters', resourceName(system, 'dead-letters', stage));
    addSchedules(this, { system, stage, functions, queue, ...(worker && { tasks: BESIDE_WORKER }) });
    this.topic = alertTopic(this, resourceName(system, 'alerts', stage), encryptionKey);
    const { bus } = this.buses;
    for (const type of props.tellOf ?? [])
      tellOf(this, type, { bus, source: sourceName(system.name), topic: this.topic, queue });
    const watched = {
      system,
      stage,
      functions,
      worker,
      queues: [queue, this.buses.deadLetters],
      topic: this.topic,
    };
    this.alarms = new Alarms(this, 'Alarms', watched);
    if (props.dashboard !== false) addDashboard(this, watched, this.alarms.all);
    this.#budget(props, this.#endpoints(props));
  }

  /** What it will cost is told and, where there is a limit, held to it: now by the forecast, later by what AWS counts. */
  #budget(props: AfterwriteProps, interfaceEndpoints: number): void {
    const { system, stage, load = system.load, prices } = props;
    const monthlyDollars = props.monthlyDollars ?? load?.monthlyDollars;
    const usual = usualFor(system);
    const deployed = {
      ...(props.worker ? withWorker(props.worker, usual) : usual),
      dashboards: props.dashboard === false ? 0 : usual.dashboards,
      traced: props.tracing !== false,
      keys: this.#keys(props).length,
      interfaceEndpoints,
    };
    foretell(this, { system, load, monthlyDollars, deployed, prices });
    if (monthlyDollars === undefined) return;
    const tag = { key: TAG, value: `${system.name}-${stage}` };
    spendAlert(this, { dollars: monthlyDollars, tag, topic: this.topic });
  }

  /** How many are paid for by the hour: one for each service and zone. */
  #endpoints(props: AfterwriteProps): number {
    const { worker } = props;
    const vpc = worker?.vpc ?? props.vpc;
    if (!props.privateEndpoints) return 0;
    if (!vpc) throw wrong('privateEndpoints', 'there is no VPC to put them in', "give 'vpc', or leave them out");
    const subnets = (worker ? worker.vpcSubnets : props.vpcSubnets) ?? WITH_EGRESS;
    const key = this.#keys(props).length > 0;
    const services = addPrivateEndpoints(this, vpc, { worker: worker !== undefined, key, subnets });
    return services.length * vpc.selectSubnets(subnets).availabilityZones.length;
  }

  /** ARNs of the customer's keys. */
  #keys({ encryptionKey }: AfterwriteProps): string[] {
    const ofTables = this.#tables.map(({ table }) => table.encryptionKey);
    const keys = [encryptionKey, ...ofTables, this.storage.encryptionKey];
    return [...new Set(keys.flatMap((key) => (key ? [key.keyArn] : [])))];
  }

  #granted(props: AfterwriteProps, streams: readonly Stream[]): Granted {
    const { system, stage, referredBuckets = [] } = props;
    return {
      system,
      stage,
      tables: this.#tables.map(({ table }) => table.tableArn),
      streams: streams.map(({ arn }) => arn),
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
}
