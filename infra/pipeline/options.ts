import { randomUUID } from 'node:crypto';
import { type Clock, systemClock } from '../../shared/ports/clock.ts';
import type { Log } from '../../shared/ports/log.ts';
import type { Metrics } from '../../shared/ports/metrics.ts';
import { type Pause, realPause } from '../../shared/ports/pause.ts';
import type { Processes } from '../../shared/ports/processes.ts';
import type { LeaseTimes } from '../../shared/stream/leaseKeeper.ts';
import { machineProcesses } from './processes.ts';

export interface PipelineOptions {
  readonly clock: Clock;
  readonly pause: Pause;
  readonly random: () => number;
  /** Names that nobody ever had: workers go by them. */
  readonly newId: () => string;
  readonly processes: Processes;
  readonly log: Log;
  /** Sweeps expired items too, where the store does not do it itself. */
  readonly sweepsExpired: boolean;
  /** How long nothing must come before the pipeline counts as idle. */
  readonly quietMs?: number;
  readonly pollMs?: number;
  /** How long the archive collects changes before it writes. */
  readonly archiveWaitMs?: number;
  /** How long statistics and fan-out collect changes: fewer writes for a little delay. */
  readonly liveWaitMs?: number;
  readonly leaseTimes?: LeaseTimes;
  /** Absent: nobody wants to know. */
  readonly metrics?: Metrics;
}

/** With this machine's clock, chance and processes, and nothing hurried. */
export const onThisMachine = (log: Log): PipelineOptions => ({
  clock: systemClock,
  pause: realPause,
  random: Math.random,
  newId: randomUUID,
  processes: machineProcesses(),
  log,
  sweepsExpired: false,
});
