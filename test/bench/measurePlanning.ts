import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import {
  aggregateBefore,
  decideEffects,
  groupByAggregate,
  planReplacement,
  type Work,
} from '../../processors/statistics/plan.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import type { System } from '../../shared/model/system.ts';
import { decodeChange } from '../../shared/stream/change.ts';
import { shardTree } from '../../shared/stream/lineage.ts';
import type { StreamRecord } from '../../shared/stream/record.ts';
import { settle } from '../../shared/stream/settle.ts';
import { LIVE_BATCH } from './benchStage.ts';
import type { Figure } from './figure.ts';
import { fastestOfBoth, inBatches } from './timing.ts';

const SHARD = 'shardId-00000001';
const TREE = shardTree([{ id: SHARD, parent: undefined }]);

/**
 * From stream record to new aggregate without any I/O, aggregates held in memory as the table would give them; and the
 * part of it that only decides. Both beside the SDK's `unmarshall` of the same records' images.
 */
export async function measurePlanning(
  set: string,
  system: System,
  records: readonly StreamRecord[],
): Promise<Figure[]> {
  const beside = (): number => unmarshallAll(records);
  const whole = await fastestOfBoth(
    () => () => planAll(system, records),
    () => beside,
  );
  const deciding = await fastestOfBoth(
    () => () => decideAll(system, records),
    () => beside,
  );
  const figure = (name: string, [own, other]: [number, number]): Figure => ({
    name: `${name}, ${set}`,
    unit: 'records/s',
    rate: records.length / own,
    beside: { what: 'unmarshall of both images', rate: records.length / other },
  });
  return [{ ...figure('plan', whole), asked: '≥ 8' }, figure('of it: decode, decide, group', deciding)];
}

/** Replacements made; throws where there is none, for then nothing was measured. */
function planAll(system: System, records: readonly StreamRecord[]): number {
  const stored = new Map<string, Attributes>();
  let written = 0;
  for (const batch of inBatches(records, LIVE_BATCH))
    for (const work of decideBatch(system, batch)) {
      const before = aggregateBefore(work, stored.get(work.id), 1);
      const plan = planReplacement(system.table, work, before, TREE);
      if (!plan) continue;
      stored.set(work.id, plan.replacement.item);
      written += 1;
    }
  if (written === 0) throw new Error('nothing was planned: the stream holds no record that counts');
  return written;
}

function decideAll(system: System, records: readonly StreamRecord[]): void {
  for (const batch of inBatches(records, LIVE_BATCH)) decideBatch(system, batch);
}

function decideBatch(system: System, batch: readonly StreamRecord[]): Work[] {
  const changes = batch.map((record) => decodeChange(system, record, 'bench', SHARD));
  return groupByAggregate(settle(changes, new Map(), (change) => decideEffects(system, change)).decided);
}

/** Counts what it got, so that no compiler can leave the work out. */
function unmarshallAll(records: readonly StreamRecord[]): number {
  let attributes = 0;
  for (const { old, new: now } of records)
    for (const image of [old, now])
      if (image) attributes += Object.keys(unmarshall(image as Record<string, AttributeValue>)).length;
  return attributes;
}
