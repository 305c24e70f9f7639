import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { DRIFT, PARKED, SPILLED, TIME_TO_LOSS } from '../../../shared/model/metricNames.ts';
import { namesOf } from '../../../shared/model/names.ts';
import type { System } from '../../../shared/model/system.ts';
import { type FunctionName, resourceName } from './resourceNames.ts';
import { descriptionOf, type PageName } from './runbook.ts';
import { declaredTables, perTable } from './tables.ts';
import { ownMetric, PERIOD, READINGS } from './watch.ts';
import type { Worker } from './worker.ts';

export interface Watched {
  readonly system: System;
  readonly stage: string;
  /** None where a service does their work. */
  readonly functions: Partial<Readonly<Record<FunctionName, lambda.IFunction>>>;
  /** In place of readers. */
  readonly worker: Worker | undefined;
  readonly queues: readonly sqs.Queue[];
  readonly topic: sns.ITopic;
}

interface Limit {
  readonly threshold: number;
  readonly comparison?: cloudwatch.ComparisonOperator;
  readonly periods?: number;
  /** Missing is wrong: who reports it is what is watched. */
  readonly silent?: boolean;
}

const { GREATER_THAN_OR_EQUAL_TO_THRESHOLD: AT_LEAST, LESS_THAN_THRESHOLD: BELOW } = cloudwatch.ComparisonOperator;
const { BREACHING, NOT_BREACHING } = cloudwatch.TreatMissingData;
/** A night and a morning are left of the 24 hours. */
const LEAST_TIME_TO_LOSS_SECONDS = 16 * 3_600;
const MOST_AGE_MS = 8 * 3_600_000;
const MOST_SPILLED_SECONDS = 15 * 60;
/** What is asked of each table most: each operation is a metric of its own, and each metric in an alarm is paid for. */
const OPERATIONS = {
  table: ['BatchGetItem', 'BatchExecuteStatement', 'GetRecords'],
  state: ['GetItem', 'PutItem', 'BatchWriteItem'],
} as const;

/** One alarm for each thing that needs a person, each told to the topic. A number that is missing is no alarm: quiet is not wrong. */
export class Alarms extends Construct {
  readonly all: cloudwatch.Alarm[] = [];
  readonly #watched: Watched;

  constructor(scope: Construct, id: string, watched: Watched) {
    super(scope, id);
    this.#watched = watched;
    this.#reading();
    this.#waiting();
    this.#tables();
    this.#functions();
  }

  #reading(): void {
    const { functions } = this.#watched;
    for (const { reader, processor } of READINGS)
      this.#alarm('time-to-loss', processor, ownMetric(this.#watched, TIME_TO_LOSS, 'Minimum', { reader, processor }), {
        threshold: LEAST_TIME_TO_LOSS_SECONDS,
        comparison: BELOW,
      });
    // Lambda's own view: it stands also where a function can't even start.
    for (const reader of ['live', 'archive'] as const) {
      const age = functions[reader]?.metric('IteratorAge', { statistic: 'Maximum', period: PERIOD });
      if (age) this.#alarm('age', reader, age, { threshold: MOST_AGE_MS });
    }
    const { worker } = this.#watched;
    if (worker) this.#alarm('workers', '', worker.running(PERIOD), { threshold: 1, comparison: BELOW, silent: true });
  }

  #waiting(): void {
    this.#alarm('parked', '', ownMetric(this.#watched, PARKED, 'Maximum'), { threshold: 1 });
    const spilled = ownMetric(this.#watched, SPILLED, 'Maximum', { processor: 'fanout' });
    this.#alarm('spilled', '', spilled, { threshold: MOST_SPILLED_SECONDS });
    // Told once a recount: the alarm stands for a day.
    const drift = ownMetric(this.#watched, DRIFT, 'Maximum', {}, Duration.days(1));
    this.#alarm('drift', '', drift, { threshold: 1 });
    for (const queue of this.#watched.queues) {
      const waiting = queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: PERIOD });
      this.#alarm('dead-letters', queue.node.id, waiting, { threshold: 1 });
    }
  }

  #tables(): void {
    const { system, stage } = this.#watched;
    const tables = declaredTables(system, stage).map((table) => ({
      of: perTable('table', table),
      name: table.name,
      operations: OPERATIONS.table,
    }));
    const state = { of: 'state', name: namesOf(system, stage).stateTable, operations: OPERATIONS.state };
    for (const { of, name, operations } of [...tables, state]) {
      this.#alarm('throttled', of, dynamo(name, 'ThrottledRequests', operations), { threshold: 10, periods: 3 });
      this.#alarm('system-errors', of, dynamo(name, 'SystemErrors', operations), { threshold: 5, periods: 3 });
    }
    // Has no dimension of a table: it counts the account's Region.
    const userErrors = new cloudwatch.Metric({
      namespace: 'AWS/DynamoDB',
      metricName: 'UserErrors',
      statistic: 'Sum',
      period: PERIOD,
    });
    this.#alarm('user-errors', '', userErrors, { threshold: 10, periods: 3 });
  }

  #functions(): void {
    const options = { statistic: 'Sum', period: PERIOD };
    for (const [name, fn] of Object.entries(this.#watched.functions)) {
      this.#alarm('errors', name, fn.metricErrors(options), { threshold: 1, periods: 3 });
      this.#alarm('throttles', name, fn.metricThrottles(options), { threshold: 1, periods: 3 });
    }
  }

  /** @param of a reader, table, queue or function; empty: of the whole system */
  #alarm(
    page: PageName,
    of: string,
    metric: cloudwatch.IMetric,
    { threshold, comparison, periods = 1, silent }: Limit,
  ): void {
    const { system, stage, topic } = this.#watched;
    const id = of === '' ? page : `${page}-${of}`;
    const alarm = new cloudwatch.Alarm(this, id, {
      alarmName: resourceName(system, id, stage),
      alarmDescription: descriptionOf(page, `${system.name} ${stage}${of === '' ? '' : `, ${of}`}`),
      metric,
      threshold,
      comparisonOperator: comparison ?? AT_LEAST,
      evaluationPeriods: periods,
      treatMissingData: silent ? BREACHING : NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(topic));
    this.all.push(alarm);
  }
}

/** The sum over operations: DynamoDB counts these for each operation alone. */
function dynamo(table: string, metricName: string, operations: readonly string[]): cloudwatch.IMetric {
  const usingMetrics = Object.fromEntries(
    operations.map((Operation, i) => [
      `m${i}`,
      new cloudwatch.Metric({
        namespace: 'AWS/DynamoDB',
        metricName,
        dimensionsMap: { TableName: table, Operation },
        statistic: 'Sum',
        period: PERIOD,
      }),
    ]),
  );
  const filled = Object.keys(usingMetrics).map((id) => `FILL(${id}, 0)`);
  const label = `${metricName} of ${table}`;
  return new cloudwatch.MathExpression({
    expression: `SUM([${filled.join(', ')}])`,
    usingMetrics,
    label,
    period: PERIOD,
  });
}
