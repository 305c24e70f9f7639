import * as iam from 'aws-cdk-lib/aws-iam';
import { DATASETS, type Dataset, datasetRoot } from '../../../shared/archive/layout.ts';
import { namesOf } from '../../../shared/model/names.ts';
import type { System } from '../../../shared/model/system.ts';
import type { FunctionName } from './resourceNames.ts';

/** What a role may be given access to: ARNs, and what tells the prefixes. */
export interface Granted {
  readonly system: System;
  readonly stage: string;
  readonly tables: readonly string[];
  readonly streams: readonly string[];
  readonly stateTable: string;
  readonly archive: string;
  readonly failed: string;
  readonly bus: string;
  readonly replayBus: string;
  /** Buckets that items refer to: what they name there is copied before it leaves. */
  readonly referred: readonly string[];
  /** Queues and functions that replays may be sent to, beside the replay bus. */
  readonly replayTargets: readonly string[];
  /** Of the customer's keys, where there are some. */
  readonly keys: readonly string[];
}

/** A function, or the service that does the work of most. */
type Actor = FunctionName | 'worker';

type Access = 'read' | 'write' | 'remove' | 'restore';

/** `write` proves what it wrote by reading it: it never comes without `read`. */
const OBJECT_ACTIONS: Readonly<Record<Access, readonly string[]>> = {
  read: ['s3:GetObject'],
  write: ['s3:PutObject'],
  remove: ['s3:DeleteObject'],
  restore: ['s3:RestoreObject'],
};

/** Who touches what of the archive. */
const ARCHIVE: Readonly<Record<Actor, Partial<Readonly<Record<Dataset, readonly Access[]>>>>> = {
  live: { spill: ['read', 'write', 'remove'], claims: ['read', 'write'] },
  archive: { journal: ['read', 'write'], events: ['read', 'write'] },
  sweeper: {
    journal: ['read'],
    events: ['read', 'write'],
    segments: ['read'],
    manifests: ['read'],
    bundles: ['read', 'write'],
    objects: ['read', 'write'],
    claims: ['read', 'write'],
    spill: ['read', 'write', 'remove'],
  },
  compactor: {
    journal: ['read', 'remove'],
    events: ['read', 'remove'],
    segments: ['read', 'write'],
    manifests: ['read', 'write'],
  },
  replayWorker: {
    journal: ['read'],
    events: ['read'],
    segments: ['read', 'restore'],
    manifests: ['read'],
    bundles: ['read', 'restore'],
    objects: ['read', 'restore'],
    claims: ['read', 'write'],
  },
  worker: {
    journal: ['read', 'write', 'remove'],
    events: ['read', 'write', 'remove'],
    segments: ['read', 'write'],
    manifests: ['read', 'write'],
    bundles: ['read', 'write'],
    objects: ['read', 'write'],
    claims: ['read', 'write'],
    spill: ['read', 'write', 'remove'],
  },
};

const ALL_OF_TABLE = [
  'DescribeTable',
  'BatchGetItem',
  'Query',
  'Scan',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'PartiQLInsert',
  'PartiQLUpdate',
  'PartiQLDelete',
];

/** PartiQL: aggregates are written 25 statements a call. */
const TABLE: Readonly<Record<Actor, readonly string[]>> = {
  live: ['DescribeTable', 'BatchGetItem', 'PutItem', 'PartiQLInsert', 'PartiQLUpdate'],
  archive: ['DescribeTable'],
  sweeper: ALL_OF_TABLE,
  compactor: [],
  replayWorker: [],
  worker: ALL_OF_TABLE,
};

const STATE = ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'];
const BUSES: Readonly<Record<Actor, readonly ('bus' | 'replayBus')[]>> = {
  live: ['bus'],
  archive: [],
  sweeper: ['bus'],
  compactor: [],
  replayWorker: ['replayBus'],
  worker: ['bus'],
};
/** The sweeper asks where shards come from: what is spilled is drained in their order. */
const STREAM: readonly Actor[] = ['live', 'archive', 'sweeper', 'worker'];

/** All that one function, or the service, does with data; its logs and traces are beside it, in functions.ts. */
export function permissionsOf(name: Actor, granted: Granted): iam.PolicyStatement[] {
  const { tables, stateTable, keys } = granted;
  const ofTable = TABLE[name];
  return [
    allow('State', dynamo(STATE), [stateTable]),
    ...(ofTable.length > 0 ? [allow('Table', dynamo(ofTable), tables)] : []),
    ...(STREAM.includes(name) ? streamAccess(granted) : []),
    ...archiveAccess(name, granted),
    ...BUSES[name].map((bus) =>
      allow(`Publish${bus}`, ['events:PutEvents', 'events:DescribeEventBus'], [granted[bus]]),
    ),
    ...(name === 'live' || name === 'archive' ? [allow('Failed', ['s3:PutObject'], [`${granted.failed}/*`])] : []),
    ...(name === 'live' || name === 'archive' ? [allow('ListFailed', ['s3:ListBucket'], [granted.failed])] : []),
    ...((name === 'sweeper' || name === 'worker') && granted.referred.length > 0
      ? [
          allow(
            'Referred',
            ['s3:GetObject', 's3:GetObjectVersion'],
            granted.referred.map((arn) => `${arn}/*`),
          ),
        ]
      : []),
    ...(name === 'replayWorker' ? replayAccess(granted.replayTargets) : []),
    ...(keys.length > 0 ? [allow('Keys', ['kms:Decrypt', 'kms:GenerateDataKey'], [...keys])] : []),
  ];
}

function replayAccess(targets: readonly string[]): iam.PolicyStatement[] {
  const queues = targets.filter((arn) => arn.split(':')[2] === 'sqs');
  const functions = targets.filter((arn) => arn.split(':')[2] === 'lambda');
  return [
    ...(queues.length > 0 ? [allow('ReplayQueues', ['sqs:SendMessage'], queues)] : []),
    ...(functions.length > 0 ? [allow('ReplayFunctions', ['lambda:InvokeFunction'], functions)] : []),
  ];
}

/**
 * `ListStreams` is on the streams of these tables alone: what Lambda asks for beside the stream itself.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html#dynamo-db-stream-read-policy
 */
const streamAccess = ({ tables, streams }: Granted): iam.PolicyStatement[] => [
  allow('Stream', dynamo(['DescribeStream', 'GetRecords', 'GetShardIterator']), streams),
  allow(
    'ListStreams',
    dynamo(['ListStreams']),
    tables.map((table) => `${table}/stream/*`),
  ),
];

function archiveAccess(name: Actor, { system, stage, archive }: Granted): iam.PolicyStatement[] {
  const names = namesOf(system, stage);
  const touched = DATASETS.filter((dataset) => ARCHIVE[name][dataset] !== undefined);
  const prefixes = new Map(touched.map((dataset) => [dataset, datasetRoot(system, names, dataset)]));
  const accesses = (Object.keys(OBJECT_ACTIONS) as Access[]).flatMap((access) => {
    const of = touched.filter((dataset) => ARCHIVE[name][dataset]?.includes(access));
    const resources = of.map((dataset) => `${archive}/${prefixes.get(dataset)}*`);
    return of.length === 0 ? [] : [allow(`Objects${access}`, OBJECT_ACTIONS[access], resources)];
  });
  const listed = [...prefixes.values()].map((prefix) => `${prefix}*`);
  // `v1/none` is looked for to see that the bucket is there.
  const list = allow('List', ['s3:ListBucket'], [archive]);
  list.addCondition('StringLike', { 's3:prefix': ['v1/none', ...listed] });
  return [...accesses, list];
}

const dynamo = (actions: readonly string[]): string[] => actions.map((action) => `dynamodb:${action}`);

const allow = (id: string, actions: readonly string[], resources: readonly string[]): iam.PolicyStatement =>
  new iam.PolicyStatement({
    sid: id[0]?.toUpperCase() + id.slice(1),
    actions: [...actions],
    resources: [...resources],
  });
