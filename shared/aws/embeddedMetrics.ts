import { METRICS_NAMESPACE } from '../model/metricNames.ts';
import type { Clock } from '../ports/clock.ts';
import type { Metrics } from '../ports/metrics.ts';

interface Options {
  /** Takes one line, without its end. */
  readonly write: (line: string) => void;
  readonly clock: Clock;
  /** Dimensions of every metric: the system and the stage. */
  readonly common: Readonly<Record<string, string>>;
}

/** Comes and goes by the hour: an alarm can't be set on one, so each metric is there without it too. */
const PASSING = 'shard';

/**
 * Metrics as lines of CloudWatch's embedded metric format: on Lambda, and behind CloudWatch's agent, a line that is
 * written to the log becomes metrics without a call.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function embeddedMetrics({ write, clock, common }: Options): Metrics {
  return {
    gauge: (name, value, dimensions) => {
      const all = { ...common, ...dimensions };
      const names = Object.keys(all);
      const lasting = names.filter((dimension) => dimension !== PASSING);
      const metadata = {
        Timestamp: clock.now(),
        CloudWatchMetrics: [
          {
            Namespace: METRICS_NAMESPACE,
            Dimensions: lasting.length < names.length ? [names, lasting] : [names],
            Metrics: [{ Name: name, Unit: unitOf(name) }],
          },
        ],
      };
      write(JSON.stringify({ _aws: metadata, ...all, [name]: value }));
    },
  };
}

const unitOf = (name: string): string => /(Seconds|Bytes)$/.exec(name)?.[1] ?? 'None';
