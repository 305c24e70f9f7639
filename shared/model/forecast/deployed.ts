import type { System } from '../system.ts';
import { tableCount } from '../tables.ts';

/** What is there whatever is written: as the constructs of infra/aws make it. */
export interface Deployed {
  /** Metrics that alarms look at: one that adds five up counts five times. */
  readonly alarmMetrics: number;
  /** Metrics of our own. */
  readonly metrics: number;
  readonly dashboards: number;
  /** Whether invocations are traced. */
  readonly traced: boolean;
  /** Keys of the customer's. */
  readonly keys: number;
  /** Interface endpoints times zones. */
  readonly interfaceEndpoints: number;
  /** Memory of each function, MB. */
  readonly memory: { readonly live: number; readonly archive: number };
  /** What runs by the clock. */
  readonly schedules: readonly Scheduled[];
  /** The poller as a service in place of readers and schedules. Absent: functions. */
  readonly worker?: Service;
}

interface Scheduled {
  readonly task: string;
  readonly memory: number;
  readonly everyMinutes: number;
}

/** Containers on Graviton. */
interface Service {
  readonly count: number;
  readonly vcpus: number;
  readonly gb: number;
}

/** What the constructs make of a system of one table where nothing else is asked of them; test/infra/forecast.test.ts holds it to the template. */
export const USUAL: Deployed = {
  alarmMetrics: 33,
  // Of the two readers: records, what they did, lag and time to loss of each processor; of schedules: what waits, swept, drained, drift.
  metrics: 19,
  dashboards: 1,
  traced: true,
  keys: 0,
  interfaceEndpoints: 0,
  memory: { live: 1_769, archive: 1_769 },
  schedules: [
    { task: 'sweep', memory: 1_769, everyMinutes: 5 },
    { task: 'drain', memory: 1_769, everyMinutes: 1 },
    { task: 'verify', memory: 1_769, everyMinutes: 10_080 },
    { task: 'compact', memory: 3_008, everyMinutes: 10 },
    { task: 'replay', memory: 1_769, everyMinutes: 1 },
  ],
};

const ALARM_METRICS_A_TABLE = 6;

/** Of several tables that are read as one, each is looked at by alarms of its own. */
export const usualFor = ({ table }: Pick<System, 'table'>): Deployed => ({
  ...USUAL,
  alarmMetrics: USUAL.alarmMetrics + ALARM_METRICS_A_TABLE * (tableCount(table) - 1),
});
