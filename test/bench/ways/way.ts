import type { Clients } from '../../../shared/aws/clients.ts';
import type { System } from '../../../shared/model/system.ts';
import type { StreamRecord } from '../../../shared/stream/record.ts';

/** Where one way of keeping statistics works: an empty table of its own, with the keys, indexes and stream of all others. */
export interface WayPlace {
  readonly system: System;
  readonly clients: Clients;
  readonly region: string;
  readonly endpoint: string;
  readonly table: string;
  readonly stateTable: string;
  readonly stream: string;
  readonly shard: string;
}

/** A way of keeping the statistics of a system from its stream. */
export interface Way {
  readonly name: string;
  /** Brings records into the form that the way is given them in; what it gives back is timed, and handles all of them. */
  prepare(place: WayPlace, batches: readonly (readonly StreamRecord[])[]): Promise<() => Promise<void>>;
}
