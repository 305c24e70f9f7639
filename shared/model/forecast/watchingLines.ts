import { GB } from '../storageCost.ts';
import { type Line, MILLION, MONTH_S, type Month } from './month.ts';
import { invocationsOf } from './runningLines.ts';

/** What an invocation writes: its start and end, its metrics, seldom a line of its own. */
const LOG_BYTES = 3_072;
/** X-Ray takes the first request of each second and so much of the rest. https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-sampling */
const TRACED_SHARE = 0.05;
const TABLES = 2;
/** DynamoDB keeps a table's key in use for five minutes. https://docs.aws.amazon.com/kms/latest/developerguide/services-dynamodb.html */
const KEY_KEPT_S = 300;

/** What it costs to see that all is well: alarms, metrics, the dashboard, logs, traces; and the keys. */
export function watchingLines(month: Month): Line[] {
  const { changes, footprint, deployed, prices } = month;
  const { alarmMetric, metric, dashboard, logs } = prices.cloudWatch;
  const each = (service: string, what: string, quantity: number, price: number, unit: string): Line => ({
    service,
    what,
    quantity,
    unit,
    dollars: quantity * price,
  });
  const invocations = invocationsOf(month);
  const gb =
    (invocations.reduce((sum, n) => sum + n, 0) * LOG_BYTES + changes * footprint.events * footprint.eventBytes) / GB;
  const traces = (deployed.traced ? invocations : []).reduce(
    (sum, n) => sum + Math.min(n, MONTH_S) + TRACED_SHARE * Math.max(0, n - MONTH_S),
    0,
  );
  const keyRequests = (TABLES * MONTH_S) / KEY_KEPT_S;
  return [
    each('CloudWatch', 'alarms', deployed.alarmMetrics, alarmMetric, 'metrics'),
    each('CloudWatch', 'metrics', deployed.metrics, metric, 'metrics'),
    each('CloudWatch', 'dashboard', deployed.dashboards, dashboard, 'dashboards'),
    each('CloudWatch', 'logs of functions and events', gb, logs, 'GB'),
    each('X-Ray', 'traces', traces, prices.traces / MILLION, 'traces'),
    each('KMS', 'keys', deployed.keys, prices.kms.key, 'keys'),
    each('KMS', 'requests for tables', keyRequests, prices.kms.requests / MILLION, 'requests'),
  ];
}
