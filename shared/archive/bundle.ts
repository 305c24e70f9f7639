import * as z from 'zod';
import type { Attributes } from '../model/attribute.ts';
import { attributesFromJson, attributesToJson } from '../model/attributeJson.ts';
import { AfterwriteError } from '../model/errors.ts';
import { type Key, keyId, keyText } from '../model/keys.ts';
import type { Names } from '../model/names.ts';
import { withoutSecrets } from '../model/secrets.ts';
import type { System } from '../model/system.ts';
import { isoUtc } from '../model/time.ts';
import type { ArchiveStore } from '../ports/archiveStore.ts';
import { keyOf } from '../stream/change.ts';
import { collectionPrefix, hashOf, partOf } from './layout.ts';
import { readLines } from './lines.ts';

/**
 * First line of a bundle; the items follow, one a line, DynamoDB-typed and sorted by key. Version 2 has lines behind them, that say
 * where the objects lie that the items refer to; a bundle whose items refer to none is of version 1. Version 3 is
 * what an erasure has left of a bundle, which keeps its id: marks name it.
 */
const headerV1 = z.strictObject({
  v: z.literal(1),
  bundle: z.string(),
  system: z.string(),
  stage: z.string(),
  table: z.string(),
  collection: z.string(),
  /** The item that knew that the collection was due. */
  source: z.strictObject({ pk: z.string(), sk: z.string().exactOptional() }),
  /** ISO 8601, UTC. */
  due: z.string(),
  items: z.number().int().nonnegative(),
});

const headerV2 = headerV1.extend({ v: z.literal(2), objects: z.number().int().nonnegative() });
const headerV3 = headerV2.extend({
  v: z.literal(3),
  /** Made of the lines that are left, as `bundle` was of all. */
  left: z.string(),
  /** Ids of the erasures. */
  erasures: z.array(z.string()),
});

const objectSchema = z.object({
  /** Of the item that refers to it. */
  item: z.strictObject({ pk: z.string(), sk: z.string().exactOptional() }),
  bucket: z.string(),
  key: z.string(),
  versionId: z.string().exactOptional(),
  etag: z.string(),
  bytes: z.number().int().nonnegative(),
  /** Key of the copy in the archive. */
  copy: z.string(),
});

type BundleHeader = z.infer<typeof headerV1> | z.infer<typeof headerV2> | z.infer<typeof headerV3>;

/** An object that an item refers to, and its copy. */
export type BundledObject = z.infer<typeof objectSchema>;

export interface Bundle {
  /** A hash of all that it holds: a mark that names it vouches for these very copies, whichever attempt has set it. */
  readonly id: string;
  readonly lines: readonly string[];
}

/**
 * Items leave their secrets behind: what is put back from a bundle lacks them. Throws ITEM_MALFORMED where they are not all
 * of one tenant: the bundle lies under its source's.
 */
export function bundleOf(
  system: System,
  names: Names,
  about: { collection: string; source: Key; due: number },
  items: readonly Attributes[],
  objects: readonly BundledObject[] = [],
): Bundle {
  const itemLines = items
    .map((item) => {
      const key = keyOf(system.table, item);
      checkTenant(system, about.source, key);
      return { id: keyId(key), line: attributesToJson(withoutSecrets(system.sourceOf(key)?.secrets, item)) };
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ line }) => line);
  const lines = [...itemLines, ...objects.map((object) => JSON.stringify(object)).sort()];
  const id = bundleId(names.table, about, lines);
  const header = {
    v: objects.length === 0 ? 1 : 2,
    bundle: id,
    system: system.name,
    stage: names.stage,
    table: names.table,
    collection: about.collection,
    source: about.source,
    due: isoUtc(about.due),
    items: items.length,
    ...(objects.length > 0 && { objects: objects.length }),
  };
  return { id, lines: [JSON.stringify(header), ...lines] };
}

export const BUNDLE_ID_DIGITS = 24;

function checkTenant(system: System, source: Key, key: Key): void {
  if (partOf(system, key) === partOf(system, source)) return;
  throw new AfterwriteError('ITEM_MALFORMED', `${keyText(key)} belongs to another tenant than its collection`, {
    mend: "correct the item, or the collection's 'elsewhere'",
  });
}

const bundleId = (
  table: string,
  { collection, source, due }: { collection: string; source: Key; due: number },
  lines: readonly string[],
): string => hashOf(JSON.stringify([table, collection, keyId(source), due, ...lines])).slice(0, BUNDLE_ID_DIGITS);

/** Every item that left with a collection, over all its bundles, by key. */
export async function readBundles(
  system: System,
  names: Names,
  archive: ArchiveStore,
  collection: string,
  source: Key,
): Promise<Map<string, Attributes>> {
  const items = new Map<string, Attributes>();
  for await (const { key } of archive.list(collectionPrefix(system, names, collection, source)))
    for (const item of (await readBundle(archive, key)).items) items.set(keyId(keyOf(system.table, item)), item);
  return items;
}

/** A bundle as it lies in the archive. */
export interface StoredBundle {
  readonly header: BundleHeader;
  /** Behind the header: its items, and its objects. */
  readonly lines: readonly string[];
  readonly items: readonly Attributes[];
  readonly objects: readonly BundledObject[];
}

/** Throws ARCHIVE_BROKEN, ARCHIVE_COLD, NOT_FOUND. */
export const readBundle = async (archive: ArchiveStore, key: string): Promise<StoredBundle> =>
  bundleFrom(key, await readLines(archive, key));

/** @param key for the message. Throws ARCHIVE_BROKEN. */
export function bundleFrom(key: string, [first = '', ...lines]: readonly string[]): StoredBundle {
  const header = headerOf(key, first);
  const count = header.v === 1 ? lines.length : header.items;
  return parsed(key, () => {
    const items = lines.slice(0, count).map((line) => attributesFromJson(line) as Attributes);
    return { header, lines, items, objects: lines.slice(count).map(objectOf) };
  });
}

const objectOf = (line: string): BundledObject => objectSchema.parse(JSON.parse(line));

const headerOf = (key: string, line: string): BundleHeader =>
  parsed(key, () => z.union([headerV1, headerV2, headerV3]).parse(JSON.parse(line)));

function parsed<Result>(key: string, parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    throw new AfterwriteError('ARCHIVE_BROKEN', `${key} is not made as a bundle is`, {
      mend: 'restore the object from a copy or an older version of it',
      cause: error,
    });
  }
}

/** Whether it holds what its id, or that of what an erasure has left, vouches for: all items, and no other. */
export const isWhole = ({ header, lines }: StoredBundle): boolean =>
  header.items + objectsIn(header) === lines.length &&
  (header.v === 3 ? header.left : header.bundle) === idOfLines(header, lines);

const objectsIn = (header: BundleHeader): number => (header.v === 1 ? 0 : header.objects);

const idOfLines = (header: BundleHeader, lines: readonly string[]): string =>
  bundleId(header.table, { ...header, due: Date.parse(header.due) }, lines);

/** The lines of a bundle without those of its lines, of items and objects, that an erasure takes. */
export function linesLeft({ header, lines }: StoredBundle, taken: ReadonlySet<string>, erasure: string): string[] {
  const left = lines.filter((line) => !taken.has(line));
  const items = lines.slice(0, lines.length - objectsIn(header)).filter((line) => !taken.has(line)).length;
  const { bundle, system, stage, table, collection, source, due } = header;
  const before = header.v === 3 ? header.erasures.filter((id) => id !== erasure) : [];
  const next: BundleHeader = {
    v: 3,
    ...{ bundle, system, stage, table, collection, source, due, items },
    objects: left.length - items,
    left: idOfLines(header, left),
    erasures: [...before, erasure],
  };
  return [JSON.stringify(next), ...left];
}
