import { z } from 'zod';
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

/** First line of a bundle, version 1; the items follow, one a line, DynamoDB-typed and sorted by key. */
const headerSchema = z.strictObject({
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

type BundleHeader = z.infer<typeof headerSchema>;

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
): Bundle {
  const lines = items
    .map((item) => {
      const key = keyOf(system.table, item);
      checkTenant(system, about.source, key);
      return { id: keyId(key), line: attributesToJson(withoutSecrets(system.sourceOf(key)?.secrets, item)) };
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ line }) => line);
  const id = bundleId(names.table, about, lines);
  const header: BundleHeader = {
    v: 1,
    bundle: id,
    system: system.name,
    stage: names.stage,
    table: names.table,
    collection: about.collection,
    source: about.source,
    due: isoUtc(about.due),
    items: items.length,
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
  /** Its items, as lines and read. */
  readonly lines: readonly string[];
  readonly items: readonly Attributes[];
}

/** Throws ARCHIVE_BROKEN, ARCHIVE_COLD, NOT_FOUND. */
export async function readBundle(archive: ArchiveStore, key: string): Promise<StoredBundle> {
  const [first = '', ...lines] = await readLines(archive, key);
  return { header: headerOf(key, first), lines, items: lines.map((line) => attributesFromJson(line) as Attributes) };
}

function headerOf(key: string, line: string): BundleHeader {
  try {
    return headerSchema.parse(JSON.parse(line));
  } catch (error) {
    throw new AfterwriteError('ARCHIVE_BROKEN', `${key} does not begin as a bundle does`, {
      mend: 'restore the object from a copy or an older version of it',
      cause: error,
    });
  }
}

/** Whether it holds what its id vouches for: all items, and no other. */
export const isWhole = ({ header, lines }: StoredBundle): boolean =>
  header.items === lines.length &&
  header.bundle === bundleId(header.table, { ...header, due: Date.parse(header.due) }, lines);
