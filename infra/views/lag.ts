import { keyText } from '../../shared/model/keys.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import { loadCheckpoints } from '../../shared/state/checkpoints.ts';
import { listIncomplete } from '../../shared/state/incomplete.ts';
import { listLeases } from '../../shared/state/leases.ts';
import { listParked, type Parked } from '../../shared/state/parked.ts';
import { listMisdated } from '../../shared/state/ttlUnits.ts';
import { listWorkers } from '../../shared/state/workers.ts';
import { jobOf } from '../../shared/stream/leases.ts';
import { oldestUnread } from '../../shared/stream/oldestUnread.ts';
import { secondsToLoss } from '../../shared/stream/progress.ts';
import { READERS } from '../pipeline/readers.ts';
import type { Workplace } from '../pipeline/workplace.ts';

export interface ShardStatus {
  readonly reader: string;
  readonly processor: string;
  readonly shard: string;
  /** The process that reads it, as host and process id; null: nobody. */
  readonly owner: string | null;
  /** Last sequence number done; null: none. */
  readonly position: string | null;
  readonly finished: boolean;
  /** Age of the oldest unread record, in seconds, as far as the stream's times tell: by whole minutes on DynamoDB Local. 0 where all is read. */
  readonly lagSeconds: number;
  /** Until the oldest unread record is gone from the stream, in seconds; null where all is read. */
  readonly timeToLossSeconds: number | null;
}

export interface ParkedStatus {
  readonly key: string;
  readonly processor: string;
  readonly entity: string | null;
  readonly sequence: string;
  readonly code: string | null;
  readonly reason: string;
}

/** Each shard and processor: who reads it, where it is, how far behind. */
export async function shardStatus(place: Workplace, clock: Clock): Promise<ShardStatus[]> {
  const source = await place.stream();
  const checkpoints = await loadCheckpoints(place.state, source.stream);
  const owners = await ownersOf(place);
  const rows: ShardStatus[] = [];
  for (const shard of await source.shards()) {
    // Looked for once where processors have come as far: behind the last record lie many empty pages.
    const unread = new Map<string | undefined, Promise<number | undefined>>();
    const behind = (position: string | undefined): Promise<number | undefined> => {
      const known = unread.get(position) ?? oldestUnread(source, shard.id, position);
      unread.set(position, known);
      return known;
    };
    for (const [reader, processors] of Object.entries(READERS)) {
      for (const processor of processors) {
        const checkpoint = checkpoints.find((c) => c.processor === processor && c.shard === shard.id);
        const oldest = checkpoint?.finished ? undefined : await behind(checkpoint?.sequence);
        const lag = oldest === undefined ? 0 : Math.max(0, clock.now() - oldest);
        rows.push({
          reader,
          processor,
          shard: shard.id,
          owner: owners.get(jobOf(reader, shard.id)) ?? null,
          position: checkpoint?.sequence ?? null,
          finished: checkpoint?.finished ?? false,
          lagSeconds: toldSeconds(source.stream, lag),
          timeToLossSeconds: oldest === undefined ? null : secondsToLoss(lag),
        });
      }
    }
  }
  return rows;
}

/**
 * DynamoDB floors a record's time to a second, DynamoDB Local to a minute: what was written a moment ago is no minute behind there.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html
 */
export function toldSeconds(stream: string, lag: number): number {
  const precision = stream.startsWith('arn:aws:dynamodb:ddblocal:') ? 60 : 1;
  return Math.floor(lag / 1000 / precision) * precision;
}

/** By job. One that died a moment ago still stands there: that it is dead shows only to those who watch. */
async function ownersOf({ state }: Workplace): Promise<Map<string, string>> {
  const leases = await listLeases(state);
  const processes = new Map((await listWorkers(state)).map(({ owner, process }) => [owner, process]));
  return new Map(
    leases.flatMap(({ job, owner }) => {
      const process = processes.get(owner);
      return process === undefined ? [] : [[job, process] as const];
    }),
  );
}

export async function parkedStatus(place: Workplace): Promise<ParkedStatus[]> {
  const rows: ParkedStatus[] = [];
  for (const processor of Object.values(READERS).flat())
    for await (const parked of listParked(place.state, processor)) rows.push(parkedRow(parked));
  return rows;
}

const parkedRow = ({ key, processor, entity, position, code, reason }: Parked): ParkedStatus => ({
  key: keyText(key),
  processor,
  entity: entity ?? null,
  sequence: position.sequence,
  code: code ?? null,
  reason: reason ?? 'waits behind the parked change before it',
});

export const incompleteStatus = (place: Workplace) => listIncomplete(place.state);

/** An item that DynamoDB's TTL will never take. */
export interface MisdatedStatus {
  readonly key: string;
  readonly attribute: string;
  readonly value: string;
}

export async function misdatedStatus({ system, state }: Workplace): Promise<MisdatedStatus[]> {
  const attribute = system.table.ttl ?? '';
  return (await listMisdated(state)).map(({ key, value }) => ({ key: keyText(key), attribute, value }));
}
