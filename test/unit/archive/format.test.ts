import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { eventShelf } from '../../../events/archived.ts';
import { auditArchive } from '../../../processors/archive/audit/audit.ts';
import { bundleOf, isWhole, readBundle, readBundles } from '../../../shared/archive/bundle.ts';
import { readHistory, readItem } from '../../../shared/archive/history.ts';
import { readJournal } from '../../../shared/archive/journal.ts';
import { datasetPrefix, hashOf } from '../../../shared/archive/layout.ts';
import { readChain } from '../../../shared/archive/manifest.ts';
import { journalShelf } from '../../../shared/archive/shelf.ts';
import { listSpilled, readSpilled, spillPlace } from '../../../shared/archive/spilled.ts';
import type { Attributes } from '../../../shared/model/attribute.ts';
import { attributesFromJson, attributesToJson } from '../../../shared/model/attributeJson.ts';
import { keyId, partitionOf } from '../../../shared/model/keys.ts';
import { namesOf } from '../../../shared/model/names.ts';
import { keyOf } from '../../../shared/stream/change.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { keysUnder } from '../../support/given/archivedHistory.ts';
import { sampleNames, writeSample } from '../../support/given/archiveSample.ts';
import { edges, partItem } from '../../support/given/edges.ts';
import { ERASED, eraseSample } from '../../support/given/erasedSample.ts';
import { FIXTURES, fixtureOf } from '../../support/given/fixtures.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';

/* The sample of each version of the format, never edited, against what was given to its writer, written beside it. */

interface Expected {
  readonly changes: readonly Record<string, unknown>[];
  readonly events: readonly Record<string, unknown>[];
  readonly bundle: readonly Record<string, unknown>[];
  readonly spilled: readonly string[];
  /** SHA-256 of the claimed data, hex. */
  readonly claimed: string;
}

const expected = attributesFromJson(
  JSON.stringify(JSON.parse(readFileSync(join(FIXTURES, 'v1.expected.json'), 'utf8'))),
) as Expected;

const sample = () => fixtureOf('v1');

async function rowsOf(archive: MemoryArchive, dataset: 'journal' | 'events') {
  const shelf = (dataset === 'journal' ? journalShelf : eventShelf)(reviewer, sampleNames, archive);
  const rows = [];
  for await (const portion of readHistory(shelf)) rows.push(...portion);
  return rows;
}

const bySequence = (a: { sequence?: unknown }, b: { sequence?: unknown }): number =>
  String(a.sequence).padStart(40, '0') < String(b.sequence).padStart(40, '0') ? -1 : 1;

test('version 1: every change is read as it was given, to the last digit and byte', async () => {
  const archive = await sample();
  const read: Record<string, unknown>[] = [];
  for await (const { record, position, cause } of readJournal(reviewer, sampleNames, archive)) {
    const { eventId, sequence, at, keys, old, new: now, byTtl } = record;
    read.push({
      eventId,
      sequence,
      at,
      keys,
      old,
      new: now,
      byTtl,
      stream: position.stream,
      shard: position.shard,
      cause,
    });
  }
  expect(read.sort(bySequence).map(withoutAbsent)).toEqual([...expected.changes].sort(bySequence));
  expect(expected.changes.length).toBeGreaterThan(5);
});

test('a bundle of version 2 is read as it was given: its items, and where the objects lie that they refer to', async () => {
  const archive = new MemoryArchive();
  await archive.putIfAbsent('bundle', readFileSync(join(FIXTURES, 'bundle-v2.ndjson.gz')));
  const bundle = await readBundle(archive, 'bundle');
  expect(isWhole(bundle)).toBe(true);
  expect(bundle.items).toEqual([{ ...partItem('d1', 'p1'), files: { L: [{ S: 'a/é.md' }] } }, partItem('d1', 'p2')]);
  expect(bundle.objects).toEqual([
    {
      item: { pk: 'DOC#d1', sk: 'PART#p1' },
      ...{ bucket: 'theirs', key: 'a/é.md', versionId: 'v-1', etag: '"0123"', bytes: 5 },
      copy: 'v1/objects/edges/sample/_/edges-sample/0000000000000000000000000000000000000000000000000000000000000001',
    },
  ]);
  // Byte for byte what is made of the same today.
  const about = { collection: 'parts', source: { pk: 'DOC#d1', sk: 'FOLDER' }, due: 1 };
  const again = bundleOf(edges, namesOf(edges, 'sample'), about, bundle.items, bundle.objects);
  expect(again).toEqual({ id: bundle.header.bundle, lines: [JSON.stringify(bundle.header), ...bundle.lines] });
});

test('version 1: events, bundles, claims and what was spilled are read as they were given', async () => {
  const archive = await sample();
  const events = (await rowsOf(archive, 'events')).map(({ value }) => value as Record<string, unknown>);
  expect(events.sort(byId)).toEqual([...expected.events].sort(byId));
  const bundle = await readBundles(reviewer, sampleNames, archive, 'review', { pk: 'REVIEW#r/1', sk: 'STATS' });
  expect([...bundle.values()].map(keyed).sort()).toEqual(expected.bundle.map(keyed).sort());
  const spilled: string[] = [];
  for await (const object of listSpilled(archive, spillPlace(reviewer, sampleNames)))
    spilled.push(...((await readSpilled(reviewer, archive, object)) ?? []).map(({ eventId }) => eventId));
  expect(spilled).toEqual(expected.spilled);
  for await (const { key } of archive.list(datasetPrefix(reviewer, sampleNames, 'claims')))
    expect(hashOf(gunzipSync(await archive.get(key)))).toBe(expected.claimed);
});

test('version 1: one item is found by its key, the longest too', async () => {
  const archive = await sample();
  const shelf = journalShelf(reviewer, sampleNames, archive);
  for (const { keys } of expected.changes as { keys: Parameters<typeof keyOf>[1] }[]) {
    const key = keyOf(reviewer.table, keys);
    const own = expected.changes.filter((change) => attributesToJson(change.keys) === attributesToJson(keys));
    expect(await readItem(shelf, partitionOf(key))).toHaveLength(own.length);
  }
});

test('version 1: an audit finds nothing', async () => {
  const audit = await auditArchive(reviewer, sampleNames, await sample(), { now: Date.parse('2026-02-02T00:00:00Z') });
  expect(audit.findings).toEqual([]);
  expect(audit).toMatchObject({ bundles: 1, items: 3, others: 2 });
});

test("today's writer makes the same bytes before compression, under the same names", async () => {
  const today = new MemoryArchive();
  await writeSample(today);
  expect(await contents(today)).toEqual(await contents(await sample()));
});

test('what an erasure leaves (manifests of version 2, a bundle of version 3) is read, and says what is missing', async () => {
  const archive = await fixtureOf('erased');
  const isLeft = (item: object): boolean => keyId(keyOf(reviewer.table, item as Attributes)) !== keyId(ERASED);
  const left = expected.changes.filter(({ keys }) => isLeft(keys as object));
  expect((await rowsOf(archive, 'journal')).map(({ id }) => id).sort()).toEqual(
    left.map(({ eventId }) => eventId).sort(),
  );
  expect(left.length).toBeLessThan(expected.changes.length);
  const [object] = await keysUnder(archive, datasetPrefix(reviewer, sampleNames, 'bundles'));
  const bundle = await readBundle(archive, object ?? '');
  expect(isWhole(bundle)).toBe(true);
  expect(bundle.header).toMatchObject({ v: 3, items: 2 });
  expect(bundle.items.map(keyed).sort()).toEqual(expected.bundle.filter(isLeft).map(keyed).sort());
  const { manifests } = await readChain(archive, journalShelf(reviewer, sampleNames, archive).manifests);
  expect(manifests.map(({ v }) => v)).toEqual([1, 2, 2, 2]);
  const audit = await auditArchive(reviewer, sampleNames, archive, { now: Date.parse('2026-02-04T00:00:00Z') });
  expect(audit.findings).toEqual([]);
  expect(audit.erasures).toMatchObject([{ reason: 'asked by letter' }]);
});

test("today's eraser makes the same bytes before compression", async () => {
  const today = await sample();
  await eraseSample(today);
  expect(await contents(today)).toEqual(await contents(await fixtureOf('erased')));
});

const withoutAbsent = (change: object): object =>
  Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
const byId = (a: object, b: object): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
const keyed = (item: object): string =>
  `${keyId(keyOf(reviewer.table, item as Parameters<typeof keyOf>[1]))} ${attributesToJson(item)}`;

/** By key. Another zlib compresses otherwise: what is told of compressed bytes is left out, and names that are made of them. */
async function contents(archive: MemoryArchive): Promise<Record<string, string>> {
  const all: Record<string, string> = {};
  for await (const { key } of archive.list('v1/')) {
    const text = gunzipSync(await archive.get(key)).toString();
    const name = key.startsWith('v1/segments/') ? key.replace(/-[0-9a-f]{16}\./, '.') : key;
    all[name] = key.startsWith('v1/manifests/') ? JSON.stringify(withoutCompressed(JSON.parse(text))) : text;
  }
  return all;
}

function withoutCompressed(manifest: { previous: string | null; segments: { members: object[] }[] }): unknown {
  const segments = manifest.segments.map((segment) => ({
    ...segment,
    ...{ key: undefined, bytes: undefined, sha256: undefined },
    members: segment.members.map((member) => ({ ...member, offset: undefined, bytes: undefined })),
  }));
  // Of a manifest that tells of compressed bytes.
  return { ...manifest, segments, previous: manifest.previous && 'hash' };
}
