import type { Attributes } from '../model/attribute.ts';
import { attributesFromJson, attributesToJson } from '../model/attributeJson.ts';
import { type Key, keyId } from '../model/keys.ts';
import type { Names } from '../model/names.ts';
import { withoutSecrets } from '../model/secrets.ts';
import type { System } from '../model/system.ts';
import { isoUtc } from '../model/time.ts';
import type { ArchiveStore } from '../ports/archiveStore.ts';
import { keyOf } from '../stream/change.ts';
import { collectionPrefix, datasetPrefix, hashOf } from './layout.ts';
import { readLines } from './lines.ts';

/** First line of a bundle, version 1; the items follow, one a line, DynamoDB-typed and sorted by key. */
interface BundleHeader {
  readonly v: 1;
  readonly bundle: string;
  readonly system: string;
  readonly stage: string;
  readonly table: string;
  readonly collection: string;
  /** The item that knew that the collection was due. */
  readonly source: Key;
  readonly due: string;
  readonly items: number;
}

export interface Bundle {
  /** A hash of all that it holds: a mark that names it vouches for these very copies, whichever attempt has set it. */
  readonly id: string;
  readonly lines: readonly string[];
}

/** Items leave their secrets behind: what is put back from a bundle lacks them. */
export function bundleOf(
  system: System,
  names: Names,
  about: { collection: string; source: Key; due: number },
  items: readonly Attributes[],
): Bundle {
  const lines = items
    .map((item) => {
      const key = keyOf(system.table, item);
      return { id: keyId(key), line: attributesToJson(withoutSecrets(system.sourceOf(key)?.secrets, item)) };
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ line }) => line);
  const whole = [names.table, about.collection, keyId(about.source), about.due, ...lines];
  const id = hashOf(JSON.stringify(whole)).slice(0, 24);
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

/** Every item that left with a collection, over all its bundles, by key. */
export async function readBundles(
  system: System,
  names: Names,
  archive: ArchiveStore,
  collection: string,
  source: Key,
): Promise<Map<string, Attributes>> {
  const items = new Map<string, Attributes>();
  for await (const { key } of archive.list(
    collectionPrefix(datasetPrefix(system, names, 'bundles'), collection, source),
  ))
    for (const item of (await readBundle(archive, key)).items) items.set(keyId(keyOf(system.table, item)), item);
  return items;
}

/** One bundle's id and items. Throws ARCHIVE_COLD, ARCHIVE_BROKEN, NOT_FOUND. */
export async function readBundle(archive: ArchiveStore, key: string): Promise<{ id: string; items: Attributes[] }> {
  const [header = '{}', ...lines] = await readLines(archive, key);
  const { bundle } = JSON.parse(header) as BundleHeader;
  return { id: bundle, items: lines.map((line) => attributesFromJson(line) as Attributes) };
}
