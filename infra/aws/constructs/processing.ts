import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { wrong } from '../../../shared/model/errors.ts';
import type { System } from '../../../shared/model/system.ts';
import { mapStream, type ReaderName, type ReaderOptions } from './eventSources.ts';
import { makeFunction } from './functions.ts';
import { type Granted, permissionsOf } from './permissions.ts';
import { FUNCTIONS, type FunctionName } from './resourceNames.ts';
import type { Stream } from './tables.ts';
import { Worker, type WorkerOptions } from './worker.ts';

export interface ProcessingOptions {
  /** The file that exports the system, as `--system` takes it; absent: afterwrite's own of that name. */
  readonly declaration?: string;
  readonly readers?: Partial<Readonly<Record<ReaderName, ReaderOptions>>>;
  /** Reads, sweeps, drains and compacts as a service, in place of functions. Absent: functions. */
  readonly worker?: WorkerOptions;
  /** Where functions run. Absent: where Lambda runs them. */
  readonly vpc?: ec2.IVpc;
  /** Absent: private subnets with a way out. */
  readonly vpcSubnets?: ec2.SubnetSelection;
  /** X-Ray, of each function. Absent: true. */
  readonly tracing?: boolean;
}

interface Wired extends ProcessingOptions {
  readonly system: System;
  readonly stage: string;
  readonly bucket: string;
  readonly streams: readonly Stream[];
  readonly granted: Granted;
}

export interface Processing {
  readonly functions: Partial<Readonly<Record<FunctionName, lambda.Function>>>;
  readonly worker: Worker | undefined;
}

/** What remains of the functions beside a service: the weekly recount, and replays. */
const BESIDE_WORKER: readonly FunctionName[] = ['sweeper', 'replayWorker'];

/** What reads and works: two functions behind mappings of each stream and three by the clock; or a service. Throws DECLARATION_WRONG. */
export function addProcessing(scope: Construct, options: Wired): Processing {
  const { granted, worker: asked } = options;
  if (asked && options.readers)
    throw wrong(
      'readers',
      'a worker reads in their place, and takes no batches of Lambda',
      "leave out 'readers', or 'worker'",
    );
  const names = asked ? BESIDE_WORKER : FUNCTIONS;
  const made = names.map((name) => [name, makeFunction(scope, name, options, permissionsOf(name, granted))] as const);
  const functions: Partial<Record<FunctionName, lambda.Function>> = Object.fromEntries(made);
  if (asked) {
    const { system, stage, bucket } = options;
    const permissions = permissionsOf('worker', granted);
    return { functions, worker: new Worker(scope, 'Worker', { ...asked, system, stage, bucket, permissions }) };
  }
  for (const name of ['live', 'archive'] as const) {
    const reader = functions[name];
    if (!reader) continue;
    for (const stream of options.streams) {
      const mapping = mapStream(scope, name, { stream, failed: granted.failed, reader }, options.readers?.[name]);
      // Lambda tries the role when the mapping is made: its policy must be there by then.
      if (reader.role) mapping.node.addDependency(reader.role);
    }
  }
  return { functions, worker: undefined };
}
