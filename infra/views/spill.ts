import { listSpilled, spillPlace } from '../../shared/archive/spilled.ts';
import { isoUtc } from '../../shared/model/time.ts';
import { listSpills } from '../../shared/state/spill.ts';
import type { Workplace } from '../pipeline/workplace.ts';

/** What of a shard waits in the archive for the bus. */
export interface SpillStatus {
  readonly shard: string;
  /** ISO 8601, UTC. */
  readonly since: string;
  /** Those that ask for events; a change that was spilled twice counts twice. */
  readonly changes: number;
  readonly objects: number;
  /** Gzipped. */
  readonly bytes: number;
}

export async function spillStatus({ system, names, state, archive }: Workplace): Promise<SpillStatus[]> {
  const place = spillPlace(system, names);
  const rows: SpillStatus[] = [];
  for (const { shard, since } of await listSpills(state)) {
    const total = { changes: 0, objects: 0, bytes: 0 };
    for await (const { changes, bytes } of listSpilled(archive, place, shard)) {
      total.changes += changes;
      total.objects += 1;
      total.bytes += bytes;
    }
    rows.push({ shard, since: isoUtc(since), ...total });
  }
  return rows;
}
