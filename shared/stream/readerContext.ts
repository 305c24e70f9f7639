import type { System } from '../model/system.ts';
import type { Clock } from '../ports/clock.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { StateStore } from '../ports/stateStore.ts';
import type { StreamSource } from '../ports/streamSource.ts';
import type { Activity } from './activity.ts';
import type { Leases } from './leases.ts';
import type { Persistence } from './persist.ts';
import type { Processor } from './processor.ts';

/** What a reader works with. */
export interface ReaderContext extends Persistence {
  readonly name: string;
  readonly system: System;
  readonly source: StreamSource;
  readonly state: StateStore;
  readonly processors: readonly Processor[];
  /** Changes are handed on when there are so many, or when the oldest has waited so long. */
  readonly batch: { readonly changes: number; readonly waitMs: number };
  /** Pause after an empty page. */
  readonly pollMs: number;
  readonly leases: Leases;
  readonly activity: Activity;
  readonly clock: Clock;
  /** Absent: nobody wants to know. */
  readonly metrics?: Metrics | undefined;
}
