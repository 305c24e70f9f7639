import { auditArchive } from '../../../processors/archive/audit/audit.ts';
import { readHistory } from '../../../shared/archive/history.ts';
import { journalShelf } from '../../../shared/archive/shelf.ts';
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

/**
 * Each record that was read is counted once, by shard and hour, and is in the journal: an audit finds no hole. What was trimmed
 * unread by one who held it still may be counted by nobody.
 */
export async function brokenConservation(world: World): Promise<string[]> {
  const { system, names, archive, state, clock, table } = world;
  const { findings, conserved } = await auditArchive(system, names, archive.store, { now: clock.now(), state });
  const holes = findings.filter(({ level }) => level === 'hole');
  const broken = holes.map(({ code, where, what }) => `audit: ${code} ${where} ${what}`);
  const counted = conserved.records.user + conserved.records.derived;
  if (world.trims === 0 && counted !== table.stream.records.length)
    broken.push(`archive: ${counted} of ${table.stream.records.length} records are counted`);
  return broken;
}

/** What was archived is read once, and in order per item, whatever was compacted. */
export async function brokenHistory({ system, names, archive }: World): Promise<string[]> {
  const seen = new Set<string>();
  const last = new Map<string, string>();
  const broken: string[] = [];
  for await (const rows of readHistory(journalShelf(system, names, archive.store)))
    for (const { item, sequence, id } of rows) {
      if (seen.has(id)) broken.push(`archive: a change of ${item} (${id}) is read twice`);
      if (sequence < (last.get(item) ?? ''))
        broken.push(`archive: a change of ${item} (${id}) is read after a later one`);
      seen.add(id);
      last.set(item, sequence);
    }
  for (const id of archive.journal.keys()) if (!seen.has(id)) broken.push(`archive: the change ${id} is read no more`);
  return broken;
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
