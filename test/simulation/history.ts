import type { Attributes } from '../../shared/model/attribute.ts';
import { type Key, keyId } from '../../shared/model/keys.ts';
import { RESERVED_ATTRIBUTE } from '../../shared/model/reserved.ts';
import { decodeChange, keyOf } from '../../shared/stream/change.ts';
import { readMark, withoutMark } from '../../shared/stream/mark.ts';
import { pick, pickWeighted, type Random } from './random.ts';
import type { World } from './world.ts';

/** What users and the TTL do to items, and who puts archived ones back. What leaves for the archive leaves by the sweeper. */
const ACTS = { put: 10, update: 3, delete: 4, ttl: 1, 'ttl-inferred': 1, restore: 3, meddle: 3 };

const HOW: Record<keyof typeof ACTS, (world: World, random: Random) => void> = {
  put: ({ table, cast }, random) => table.put(cast.item(random)),
  update,
  delete: (world, random) => remove(world, world.cast.key(random), 'user'),
  ttl: (world, random) => remove(world, world.cast.key(random), 'ttl', { byTtl: true }),
  'ttl-inferred': expire,
  restore,
  meddle,
};

export function act(world: World, random: Random, malformedPart: number): void {
  if (random() < malformedPart) world.table.put(world.cast.malformed(random));
  else HOW[pickWeighted(random, ACTS)](world, random);
}

function remove({ table, deletedBy }: World, key: Key, by: 'user' | 'ttl', options?: { byTtl: boolean }): void {
  if (!table.item(key)) return;
  table.remove(key, options);
  deletedBy.set(table.stream.records.at(-1)?.eventId ?? '', by);
}

/** Leaves the mark as it is: of an item on its way out, this image has no copy in the bundle. */
function update({ table, cast }: World, random: Random): void {
  const item = table.item(cast.key(random));
  if (item) table.put(cast.updated(random, item));
}

function expire(world: World, random: Random): void {
  const key = world.cast.key(random);
  const item = world.table.item(key);
  if (!item) return;
  world.table.put({ ...item, expiresAt: { N: '1' } });
  remove(world, key, 'ttl');
}

/** Somebody writes or deletes just what is on its way out: a moment that chance alone would rarely meet. */
export function meddle(world: World, random: Random): void {
  const { table, cast, system } = world;
  const item = pick(
    random,
    table.items.filter((one) => readMark(one)?.leaving !== undefined),
  );
  if (!item) return;
  const updated = cast.updated(random, item);
  pick(random, [
    () => table.put(updated),
    () => table.put(withoutMark(updated)),
    () => remove(world, keyOf(system.table, item), 'user'),
  ])();
}

/** Puts back what left last under a key, if that was by a bundle. */
function restore({ table, system }: World, random: Random): void {
  const last = new Map<string, { item: Attributes; bundle: string } | undefined>();
  for (const record of table.stream.records) {
    const { archived, key } = decodeChange(system, record, table.stream.name, 'any');
    const copy = archived && record.old ? { item: withoutMark(record.old), bundle: archived.bundle } : undefined;
    last.set(keyId(key), copy);
  }
  const copies = [...last.values()].filter((copy) => copy !== undefined);
  const copy = pick(random, copies);
  if (copy) table.put({ ...copy.item, [RESERVED_ATTRIBUTE]: { M: { restored: { S: copy.bundle } } } });
}
