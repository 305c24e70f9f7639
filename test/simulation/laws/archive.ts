import type { Attributes } from '../../../shared/model/attribute.ts';
import { attributesToJson } from '../../../shared/model/attributeJson.ts';
import { keyText } from '../../../shared/model/keys.ts';
import { loadCheckpoints } from '../../../shared/state/checkpoints.ts';
import { keyOf } from '../../../shared/stream/change.ts';
import type { StreamRecord } from '../../../shared/stream/record.ts';
import type { World } from '../world.ts';

/** Every image that ever was in the table is in the journal: a user's delete too. Holds when all is read. */
export function brokenJournal(world: World): string[] {
  return world.table.stream.records.flatMap((record) => missing(world, record));
}

/** While there is more to read: what the archive's checkpoints say is done is in the journal. */
export async function brokenCheckpoints(world: World): Promise<string[]> {
  const { stream } = world.table;
  const checkpoints = await loadCheckpoints(world.state, stream.name);
  return checkpoints
    .filter(({ processor, sequence }) => processor === 'archive' && sequence !== undefined)
    .flatMap(({ shard, sequence }) => {
      const records = stream.shards.find(({ id }) => id === shard)?.records ?? [];
      return records.filter((record) => BigInt(record.sequence) <= BigInt(sequence ?? 0));
    })
    .flatMap((record) => missing(world, record));
}

function missing(world: World, { eventId, keys, old, new: now }: StreamRecord): string[] {
  const { archive, system } = world;
  const line = archive.journal.get(eventId);
  const what = `${keyText(keyOf(system.table, keys))} (${eventId})`;
  if (line === undefined) return [`archive: the journal lacks a change of ${what}`];
  const holds = (name: string, image: Attributes | undefined): boolean =>
    image === undefined
      ? !line.includes(`"${name}":{`)
      : line.includes(`"${name}":${attributesToJson(world.shown(image))}`);
  return holds('old', old) && holds('new', now) ? [] : [`archive: the journal has ${what} with other images`];
}
