import { searchFor } from '../../../infra/cli/commands/archive/search.ts';
import { compact } from '../../../processors/archive/compact.ts';
import { leftLoose } from '../../../processors/archive/loose.ts';
import { countingReads } from '../../../shared/archive/counting.ts';
import { type Extent, readHistory } from '../../../shared/archive/history.ts';
import type { Row } from '../../../shared/archive/rows.ts';
import { journalShelf, type Shelf } from '../../../shared/archive/shelf.ts';
import { namesOf } from '../../../shared/model/names.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { type ArchivedHistory, archivedHistory, HISTORY_END, keysUnder } from '../../support/given/archivedHistory.ts';
import { changeOf } from '../../support/given/changes.ts';
import { findingItem, versionItem } from '../../support/given/reviewerItems.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';

const names = namesOf(reviewer, 'test');
const MINUTE_MS = 60_000;

let archive: MemoryArchive;
let history: ArchivedHistory;
beforeEach(async () => {
  archive = new MemoryArchive();
  history = await archivedHistory(archive, names);
});

async function rowsOf(shelf: Shelf, extent?: Extent): Promise<Row[]> {
  const all: Row[] = [];
  for await (const rows of readHistory(shelf, extent)) all.push(...rows);
  return all;
}

test('what stays loose is told with its reason, and --all takes it too', async () => {
  const at = HISTORY_END - 20 * MINUTE_MS;
  await history.write([changeOf({ new: versionItem({ reviewId: 'late' }), sequence: '5000', at })]);
  const options = { segmentBytes: 1_000_000, patienceMs: 365 * 24 * 60 * MINUTE_MS, now: HISTORY_END };
  expect(await compact(history.journal, options)).toMatchObject({ segments: 0 });
  expect(await leftLoose(history.journal, HISTORY_END)).toMatchObject({ unsettled: 1, few: 1 });
  const before = await rowsOf(history.journal);
  expect(await compact(history.journal, { ...options, everything: true })).toMatchObject({ objects: 2 });
  expect(await leftLoose(history.journal, HISTORY_END)).toEqual({ unsettled: 0, few: 0, bytes: 0 });
  expect((await rowsOf(history.journal)).map(({ id }) => id).sort()).toEqual(before.map(({ id }) => id).sort());
});

test('segments without the wanted kinds are not read, nor those of other hours', async () => {
  const hour = Date.parse('2026-02-01T14:00:00.000Z');
  await history.write([changeOf({ new: findingItem({ findingId: 'f9' }), sequence: '2000', at: hour })]);
  await history.compactAll(0);
  const all = (await rowsOf(history.journal)).length;
  const read = async (wish: object): Promise<{ found: Row[]; bytes: number }> => {
    const counted = countingReads(archive);
    const { extent, wanted } = searchFor('journal', { system: reviewer, ...wish });
    const rows = await rowsOf(journalShelf(reviewer, names, counted.archive), extent);
    return { found: rows.filter(wanted), bytes: counted.bytesRead() };
  };
  const whole = await read({});
  expect(whole.found).toHaveLength(all);
  const findings = await read({ entity: 'finding' });
  expect(findings.found.map(({ kind }) => kind)).toEqual(['finding', 'finding']);
  const late = await read({ from: '2026-02-01T13:00:00.000Z' });
  expect(late.found.map(({ item }) => item)).toEqual(['FINDING#f9/REVIEW#r1']);
  const none = await read({ entity: 'stack' });
  expect(none.found).toEqual([]);
  expect([findings.bytes, late.bytes, none.bytes].every((bytes) => bytes < whole.bytes)).toBe(true);
  const manifests = await keysUnder(archive, history.journal.manifests);
  const sizes = await Promise.all(manifests.map(async (key) => (await archive.get(key)).length));
  expect(none.bytes).toBe(sizes.reduce((a, b) => a + b));
});

test('events are found by type, also of versions that are declared no more, and by their own time', async () => {
  const found = async (wish: object): Promise<string[]> => {
    const { extent, wanted } = searchFor('events', { system: reviewer, ...wish });
    return (await rowsOf(history.events, extent)).filter(wanted).map(({ kind }) => kind);
  };
  const all = await found({});
  expect(new Set(all).size).toBeGreaterThan(1);
  const type = all[0]?.split('.')[0] as string;
  expect(await found({ type: [type] })).toEqual(all.filter((kind) => kind.startsWith(`${type}.`)));
  expect(await found({ entity: 'version' })).toEqual(all.filter((kind) => !kind.startsWith('Finding')));
  expect(await found({ where: '{"metadata":{"type":["Nothing"]}}' })).toEqual([]);
  expect(await found({ where: `{"metadata":{"type":["${type}"]}}` })).toEqual(await found({ type: [type] }));
  expect(await found({ until: '2020-01-01T00:00:00.000Z' })).toEqual([]);
  expect(await found({ tenant: 'nobody' })).toEqual([]);
  expect(() => searchFor('journal', { system: reviewer, entity: 'nothing' })).toThrow(/nothing/);
});
