import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics as Emf, MetricUnit } from '@aws-lambda-powertools/metrics';
import { METRICS_NAMESPACE, METRICS_SERVICE } from '../../../shared/model/metricNames.ts';
import type { Log } from '../../../shared/ports/log.ts';
import type { Metrics } from '../../../shared/ports/metrics.ts';

/** Comes and goes by the hour, and each value of a dimension is a metric that is paid for: it is told beside the numbers. */
const PASSING = 'shard';

/** Persistent members and dimensions of all that is told. */
export interface Told {
  readonly system: string;
  readonly stage: string;
}

/** Log lines as JSON, by Powertools: fields hold keys, names and numbers. */
export function powertoolsLog(told: Told): Log {
  const logger = new Logger({ serviceName: METRICS_SERVICE, persistentKeys: { ...told } });
  return {
    info: (fields, message) => logger.info(message, { ...fields }),
    warn: (fields, message) => logger.warn(message, { ...fields }),
    error: (fields, message) => logger.error(message, { ...fields }),
  };
}

/** Metrics as lines of CloudWatch's embedded metric format, by Powertools: dimensions service, system, stage, and those given. */
export function powertoolsMetrics(told: Told): Metrics {
  const all = new Emf({ namespace: METRICS_NAMESPACE, serviceName: METRICS_SERVICE, defaultDimensions: { ...told } });
  return {
    gauge: (name, value, dimensions) => {
      const one = all.singleMetric();
      const lasting = Object.entries(dimensions).filter(([dimension]) => dimension !== PASSING);
      if (lasting.length > 0) one.addDimensions(Object.fromEntries(lasting));
      if (dimensions[PASSING] !== undefined) one.addMetadata(PASSING, dimensions[PASSING]);
      one.addMetric(name, unitOf(name), value);
    },
  };
}

const unitOf = (name: string): (typeof MetricUnit)[keyof typeof MetricUnit] => {
  if (name.endsWith('Seconds')) return MetricUnit.Seconds;
  return name.endsWith('Bytes') ? MetricUnit.Bytes : MetricUnit.Count;
};
