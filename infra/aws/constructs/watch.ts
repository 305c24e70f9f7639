import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { METRICS_NAMESPACE, METRICS_SERVICE } from '../../../shared/model/metricNames.ts';
import type { System } from '../../../shared/model/system.ts';

/** Every processor, and the reader that runs it. */
export const READINGS = [
  { reader: 'live', processor: 'statistics' },
  { reader: 'live', processor: 'fanout' },
  { reader: 'archive', processor: 'archive' },
] as const;

export const PERIOD = Duration.minutes(5);

interface Own {
  readonly system: Pick<System, 'name'>;
  readonly stage: string;
}

/** A metric as infra/aws/functions/observability.ts reports it: CloudWatch finds it by exactly its dimensions. */
export const ownMetric = (
  { system, stage }: Own,
  metricName: string,
  statistic: string,
  dimensions: Readonly<Record<string, string>> = {},
  period = PERIOD,
): cloudwatch.Metric =>
  new cloudwatch.Metric({
    namespace: METRICS_NAMESPACE,
    metricName,
    dimensionsMap: { service: METRICS_SERVICE, system: system.name, stage, ...dimensions },
    statistic,
    period,
  });
