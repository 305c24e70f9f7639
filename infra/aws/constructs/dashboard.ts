import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { DRIFT, LAG, PARKED, SPILLED, TIME_TO_LOSS } from '../../../shared/model/metricNames.ts';
import { namesOf } from '../../../shared/model/names.ts';
import type { Watched } from './alarms.ts';
import { resourceName } from './resourceNames.ts';
import { declaredTables } from './tables.ts';
import { ownMetric, PERIOD, READINGS } from './watch.ts';

const WIDTH = 8;

/** What a person looks at first: time to loss, what waits, then the table, then the functions; the alarms on top. */
export function addDashboard(scope: Construct, watched: Watched, alarms: readonly cloudwatch.IAlarm[]): void {
  const { system, stage } = watched;
  new cloudwatch.Dashboard(scope, 'Dashboard', {
    dashboardName: resourceName(system, 'dashboard', stage),
    widgets: [
      [new cloudwatch.AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 24 })],
      reading(watched),
      tableWidgets(watched),
      functionWidgets(watched),
    ],
  });
}

const graph = (title: string, left: cloudwatch.IMetric[]): cloudwatch.GraphWidget =>
  new cloudwatch.GraphWidget({ title, left, width: WIDTH });

function reading(watched: Watched): cloudwatch.IWidget[] {
  const own = ownMetric.bind(undefined, watched);
  return [
    graph(
      'Time to loss, seconds',
      READINGS.map((reading) => own(TIME_TO_LOSS, 'Minimum', reading)),
    ),
    graph(
      'Lag, seconds',
      READINGS.map((reading) => own(LAG, 'Maximum', reading)),
    ),
    graph('Parked, spilled, drift', [
      own(PARKED, 'Maximum'),
      own(SPILLED, 'Maximum', { processor: 'fanout' }),
      own(DRIFT, 'Maximum'),
    ]),
  ];
}

function tableWidgets({ system, stage }: Watched): cloudwatch.IWidget[] {
  const tables = declaredTables(system, stage);
  const metric = (metricName: string, dimensionsMap: Record<string, string>, statistic = 'Sum') =>
    new cloudwatch.Metric({ namespace: 'AWS/DynamoDB', metricName, dimensionsMap, statistic, period: PERIOD });
  const units = ['ConsumedReadCapacityUnits', 'ConsumedWriteCapacityUnits'];
  const names = [...tables.map(({ name }) => name), namesOf(system, stage).stateTable];
  const places = names.map((TableName) => ({ TableName }));
  const indexes = tables.flatMap(({ name, declared: { indexes = [] } }) =>
    indexes.map((index) => ({ TableName: name, GlobalSecondaryIndexName: index.name })),
  );
  const operations = ['BatchGetItem', 'BatchExecuteStatement', 'PutItem', 'Query'];
  return [
    graph(
      'Consumed units',
      units.flatMap((unit) => [...places, ...indexes].map((place) => metric(unit, place))),
    ),
    graph(
      'Latency, milliseconds',
      tables.flatMap(({ name: TableName }) =>
        operations.map((Operation) => metric('SuccessfulRequestLatency', { TableName, Operation }, 'p99')),
      ),
    ),
    graph(
      'Throttled writes',
      [...places, ...indexes].map((place) => metric('WriteThrottleEvents', place)),
    ),
  ];
}

function functionWidgets({ functions }: Watched): cloudwatch.IWidget[] {
  const all = Object.values(functions);
  return [
    graph(
      'Duration, milliseconds',
      all.map((fn) => fn.metricDuration({ statistic: 'p99', period: PERIOD })),
    ),
    graph(
      'Invocations',
      all.map((fn) => fn.metricInvocations({ period: PERIOD })),
    ),
    graph(
      'Errors',
      all.map((fn) => fn.metricErrors({ period: PERIOD })),
    ),
  ];
}
