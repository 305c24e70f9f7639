import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { System } from '../../../shared/model/system.ts';
import { deliveryOf } from './buses.ts';
import { type FunctionName, resourceName } from './resourceNames.ts';

/** What runs by the clock, and what the function is told. A recount reads the whole journal: what that costs is in the forecast. */
const SCHEDULES = [
  { task: 'sweep', of: 'sweeper', every: Duration.minutes(5) },
  { task: 'drain', of: 'sweeper', every: Duration.minutes(1) },
  { task: 'verify', of: 'sweeper', every: Duration.days(7) },
  { task: 'compact', of: 'compactor', every: Duration.minutes(10) },
  { task: 'replay', of: 'replayWorker', every: Duration.minutes(1) },
] as const satisfies readonly { task: string; of: FunctionName; every: Duration }[];

type Task = (typeof SCHEDULES)[number]['task'];

/** What remains where a service reads, sweeps, drains and compacts. */
export const BESIDE_WORKER: readonly Task[] = ['verify', 'replay'];

interface Scheduled {
  readonly system: System;
  readonly stage: string;
  /** Of a function that is not there nothing is started. */
  readonly functions: Partial<Readonly<Record<FunctionName, lambda.IFunction>>>;
  /** Absent: all. */
  readonly tasks?: readonly Task[];
  readonly queue: sqs.IQueue;
}

/** One that comes late or twice does no harm: a lease decides who works, and what is not done is done the next time. */
export function addSchedules(scope: Construct, { system, stage, functions, queue, tasks }: Scheduled): void {
  for (const { task, of, every } of SCHEDULES) {
    const handler = functions[of];
    if (!handler || tasks?.includes(task) === false) continue;
    new events.Rule(scope, `Schedule-${task}`, {
      ruleName: resourceName(system, task, stage),
      schedule: events.Schedule.rate(every),
      targets: [
        new targets.LambdaFunction(handler, {
          event: events.RuleTargetInput.fromObject({ task }),
          ...deliveryOf(queue),
        }),
      ],
    });
  }
}
