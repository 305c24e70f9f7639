import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { namesOf } from '../../../shared/model/names.ts';
import type { System } from '../../../shared/model/system.ts';
import { type FunctionName, resourceName } from './resourceNames.ts';
import { DRIFT, NAMESPACE, type OwnMetric, PARKED, READINGS, SPILLED, TIME_TO_LOSS } from './watch.ts';

export interface Watched {
  readonly system: System;
  readonly stage: string;
  readonly functions: Readonly<Record<FunctionName, lambda.IFunction>>;
  readonly queues: readonly sqs.Queue[];
  readonly topic: sns.ITopic;
}

interface Limit {
  readonly threshold: number;
  readonly comparison?: cloudwatch.ComparisonOperator;
  readonly periods?: number;
}

const FIVE_MINUTES = Duration.minutes(5);
const { GREATER_THAN_OR_EQUAL_TO_THRESHOLD: AT_LEAST, LESS_THAN_THRESHOLD: BELOW } = cloudwatch.ComparisonOperator;
/** A night and a morning are left of the 24 hours. */
const LEAST_TIME_TO_LOSS_SECONDS = 16 * 3_600;
const MOST_AGE_MS = 8 * 3_600_000;
const MOST_SPILLED_SECONDS = 15 * 60;
const OPERATIONS = ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'DeleteItem', 'BatchExecuteStatement', 'GetRecords'];

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
      this.#alarm(
        `time-to-loss-${processor}`,
        `${processor} is so far behind that changes will be lost: see 'afterwrite status'`,
        this.#own({ name: TIME_TO_LOSS, dimensions: { reader, processor } }, 'Minimum'),
        { threshold: LEAST_TIME_TO_LOSS_SECONDS, comparison: BELOW },
      );
    // Lambda's own view: it stands also where a function can't even start.
    for (const reader of ['live', 'archive'] as const)
      this.#alarm(
        `age-${reader}`,
        `the oldest record that '${reader}' has not read is 8 hours old; the stream forgets it after 24`,
        functions[reader].metric('IteratorAge', { statistic: 'Maximum', period: FIVE_MINUTES }),
        { threshold: MOST_AGE_MS },
      );
  }

  #waiting(): void {
    this.#alarm('parked', "changes are parked: 'afterwrite parked ls' tells why", this.#own(PARKED), { threshold: 1 });
    this.#alarm('spilled', 'events wait for the bus', this.#own(SPILLED), { threshold: MOST_SPILLED_SECONDS });
    this.#alarm('drift', "statistics differ from a recount: 'afterwrite verify'", this.#own(DRIFT), { threshold: 1 });
    for (const queue of this.#watched.queues)
      this.#alarm(
        `dead-letters-${queue.node.id}`,
        'a target did not take what it was sent for a day',
        queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: FIVE_MINUTES }),
        { threshold: 1 },
      );
  }

  #tables(): void {
    const { system, stage } = this.#watched;
    const { table, stateTable } = namesOf(system, stage);
    for (const [id, name] of [
      ['table', table],
      ['state', stateTable],
    ] as const) {
      this.#alarm(`throttled-${id}`, `requests to ${name} are throttled`, dynamo(name, 'ThrottledRequests'), {
        threshold: 10,
        periods: 3,
      });
      this.#alarm(`system-errors-${id}`, `DynamoDB fails on ${name}`, dynamo(name, 'SystemErrors'), {
        threshold: 5,
        periods: 3,
      });
    }
    // Has no dimension of a table: it counts the account's Region.
    const userErrors = new cloudwatch.Metric({
      namespace: 'AWS/DynamoDB',
      metricName: 'UserErrors',
      statistic: 'Sum',
      period: FIVE_MINUTES,
    });
    this.#alarm('user-errors', 'DynamoDB refuses requests of this account', userErrors, { threshold: 10, periods: 3 });
  }

  #functions(): void {
    for (const [name, fn] of Object.entries(this.#watched.functions)) {
      const options = { statistic: 'Sum', period: FIVE_MINUTES };
      this.#alarm(`errors-${name}`, `${name} fails: its log tells why`, fn.metricErrors(options), {
        threshold: 1,
        periods: 3,
      });
      this.#alarm(`throttles-${name}`, `${name} lacks concurrency`, fn.metricThrottles(options), {
        threshold: 1,
        periods: 3,
      });
    }
  }

  #own({ name, dimensions }: OwnMetric, statistic = 'Maximum'): cloudwatch.Metric {
    const { system, stage } = this.#watched;
    return new cloudwatch.Metric({
      namespace: NAMESPACE,
      metricName: name,
      dimensionsMap: { system: system.name, stage, ...dimensions },
      statistic,
      period: FIVE_MINUTES,
    });
  }

  #alarm(id: string, what: string, metric: cloudwatch.IMetric, { threshold, comparison, periods = 1 }: Limit): void {
    const { system, stage, topic } = this.#watched;
    const alarm = new cloudwatch.Alarm(this, id, {
      alarmName: resourceName(system, id, stage),
      alarmDescription: what,
      metric,
      threshold,
      comparisonOperator: comparison ?? AT_LEAST,
      evaluationPeriods: periods,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(topic));
    this.all.push(alarm);
  }
}

/** The sum over the operations that afterwrite uses: DynamoDB counts these for each operation alone. */
function dynamo(table: string, metricName: string): cloudwatch.IMetric {
  const usingMetrics = Object.fromEntries(
    OPERATIONS.map((Operation, i) => [
      `m${i}`,
      new cloudwatch.Metric({
        namespace: 'AWS/DynamoDB',
        metricName,
        dimensionsMap: { TableName: table, Operation },
        statistic: 'Sum',
        period: FIVE_MINUTES,
      }),
    ]),
  );
  const expression = `SUM([${Object.keys(usingMetrics)
    .map((id) => `FILL(${id}, 0)`)
    .join(', ')}])`;
  return new cloudwatch.MathExpression({
    expression,
    usingMetrics,
    label: `${metricName} of ${table}`,
    period: FIVE_MINUTES,
  });
}
