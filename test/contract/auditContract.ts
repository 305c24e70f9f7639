import { type Audit, auditArchive } from '../../processors/archive/audit/audit.ts';
import { compact } from '../../processors/archive/compact.ts';
import { erase } from '../../processors/archive/erase/erase.ts';
import { survey } from '../../processors/archive/erase/survey.ts';
import { datasetPrefix, hourlyKey, hourlyPlace } from '../../shared/archive/layout.ts';
import { readLines, writeProven } from '../../shared/archive/lines.ts';
import { appendManifest, readChain, standingSegments } from '../../shared/archive/manifest.ts';
import type { Names } from '../../shared/model/names.ts';
import type { ArchiveStore } from '../../shared/ports/archiveStore.ts';
import { listRecordCounts } from '../../shared/state/recordCounts.ts';
import { reviewer } from '../../shared/systems/reviewer.ts';
import {
  type ArchivedHistory,
  archivedHistory,
  flipByte,
  HISTORY_END,
  keysUnder,
  putInstead,
} from '../support/given/archivedHistory.ts';
import { changeOf } from '../support/given/changes.ts';
import { findingItem } from '../support/given/reviewerItems.ts';
import { FailingArchive } from '../support/memory/failingArchive.ts';
import { memoryState } from '../support/memory/memoryState.ts';

export interface AuditGiven {
  readonly archive: ArchiveStore;
  readonly names: Names;
}

const LATER = Date.parse('2026-02-02T10:30:00.000Z');

/** What an audit finds, whatever the archive stands on: each fault that is planted, and no other. */
export function auditContract(make: () => Promise<AuditGiven>): void {
  let archive: ArchiveStore;
  let names: Names;
  let history: ArchivedHistory;
  beforeEach(async () => {
    ({ archive, names } = await make());
    history = await archivedHistory(archive, names);
  });

  const audit = (): Promise<Audit> =>
    auditArchive(reviewer, names, archive, { now: HISTORY_END, state: history.state });
  const found = async (): Promise<string[]> => {
    const { findings } = await audit();
    return findings.map(({ level, code, where }) => `${level} ${code} ${where}`);
  };
  const inSegments = async (): Promise<string[]> => keysUnder(archive, history.journal.segments);
  const get = async (key: string | undefined): Promise<Uint8Array> => archive.get(key ?? '');

  test('nothing where nothing is wrong, and it says how much there is', async () => {
    const { findings, datasets, ...rest } = await audit();
    expect(findings).toEqual([]);
    expect(datasets[0]).toEqual({ dataset: 'journal', manifests: 2, segments: 2, objects: 1, lines: 8 });
    expect(datasets[1]).toMatchObject({ dataset: 'events', manifests: 2, segments: 2, objects: 1 });
    const all = { user: 8, derived: 0 };
    const conserved = { records: all, lines: all, unjudged: 0, erased: { user: 0, derived: 0 } };
    expect(rest).toEqual({ bundles: 1, items: 1, others: 0, conserved, erasures: [] });
  });

  test('a missing segment', async () => {
    const [key] = await inSegments();
    await archive.remove(key as string);
    expect(await found()).toContain(`hole SEGMENT_MISSING ${key}`);
  });

  test('a missing object of the journal, by the events that came of it', async () => {
    const [key] = await keysUnder(archive, history.journal.objects);
    await archive.remove(key as string);
    expect(await found()).toEqual([
      expect.stringMatching(/^hole JOURNAL_GAP journal from 2026-02-01T12/),
      'hole RECORDS_MISSING journal, shard shard-1, hour 2026-02-01T12:00:00.000Z',
    ]);
  });

  test('a missing object of the journal that no event came of, by the records that were read', async () => {
    await history.write([changeOf({ old: findingItem(), new: findingItem({ line: 7 }), sequence: '1200', at: LATER })]);
    const key = (await keysUnder(archive, history.journal.objects)).find((one) => one.includes('dt=2026-02-02'));
    await archive.remove(key as string);
    const { findings, conserved } = await audit();
    expect(findings).toEqual([
      expect.objectContaining({
        code: 'RECORDS_MISSING',
        level: 'hole',
        where: 'journal, shard shard-1, hour 2026-02-02T10:00:00.000Z',
        what: expect.stringContaining('lacks 1 of 1 records'),
      }),
    ]);
    expect(conserved).toMatchObject({ records: { user: 9 }, lines: { user: 8 } });
  });

  test('a line that was lost though every name and manifest is right, before compaction and after it', async () => {
    const [key] = (await keysUnder(archive, history.journal.objects)) as [string];
    const [kept] = (await readLines(archive, key)) as [string];
    await archive.remove(key);
    const { hour, first } = hourlyPlace(key);
    await writeProven(archive, [kept], (hash) => hourlyKey(history.journal.objects, hour, first, first, hash));
    const lost = ['hole RECORDS_MISSING journal, shard shard-1, hour 2026-02-01T12:00:00.000Z'];
    expect(await found()).toEqual(lost);
    await history.compactAll(0);
    expect(await found()).toEqual(lost);
  });

  test('what was read before records were counted, and what is read since, is no hole', async () => {
    for await (const record of history.state.query('RECORDS')) {
      await history.state.put([{ ...record, first: record.last, user: 1, derived: 0 }]);
    }
    expect((await listRecordCounts(history.state)).length).toBeGreaterThan(2);
    expect(await found()).toEqual([]);
  });

  test('a missing bundle, by the change that names it', async () => {
    const [key] = await keysUnder(archive, datasetPrefix(reviewer, names, 'bundles'));
    await archive.remove(key as string);
    expect(await found()).toEqual([expect.stringMatching(`^hole BUNDLE_MISSING .*${history.bundle}`)]);
  });

  test('a flipped byte, in a segment, an object, a bundle and a manifest', async () => {
    const [segment] = await inSegments();
    const [object] = await keysUnder(archive, history.events.objects);
    const [bundle] = await keysUnder(archive, datasetPrefix(reviewer, names, 'bundles'));
    const [, manifest] = await keysUnder(archive, history.events.manifests);
    for (const key of [segment, object, bundle, manifest]) await flipByte(archive, key as string, 40);
    const codes = await found();
    expect(codes).toContainEqual(expect.stringContaining(`hole SEGMENT_DAMAGED ${segment} at byte 0`));
    expect(codes).toContain(`hole OBJECT_DAMAGED ${object}`);
    expect(codes).toContain(`hole OBJECT_DAMAGED ${bundle}`);
    expect(codes).toContain(`hole MANIFEST_BROKEN ${manifest}`);
  });

  test('a truncated member', async () => {
    const [key] = await inSegments();
    const body = await get(key);
    await putInstead(archive, key as string, body.subarray(0, body.length - 9));
    expect(await found()).toContain(`hole SEGMENT_DAMAGED ${key} at byte 0`);
  });

  test('a removed manifest, the first as well as the last', async () => {
    const [first, last] = (await keysUnder(archive, history.journal.manifests)) as [string, string];
    const kept = await get(first);
    await archive.remove(first);
    expect(await found()).toContain(`hole MANIFEST_MISSING ${first}`);
    await archive.putIfAbsent(first, kept);
    await archive.remove(last);
    const { findings } = await audit();
    expect(findings).toContainEqual(
      expect.objectContaining({ code: 'LOST_COMMIT', what: 'holds 3 lines that are nowhere else' }),
    );
  });

  test('a manifest that is not the next of the one before', async () => {
    const [first, last] = (await keysUnder(archive, history.journal.manifests)) as [string, string];
    await putInstead(archive, first, await get((await keysUnder(archive, history.events.manifests))[0]));
    expect(await found()).toContain(`hole MANIFEST_BROKEN ${last}`);
  });

  test('a duplicated segment is told, and no hole: each line is read once', async () => {
    const chain = await readChain(archive, history.journal.manifests);
    const [{ segments } = { segments: [] }] = chain.manifests;
    await appendManifest(archive, history.journal.manifests, chain, { at: HISTORY_END, segments, covers: [] });
    expect(await found()).toEqual([`told DUPLICATE ${segments[0]?.key}`]);
  });

  test('lines that came again after their hour was compacted are told, and no hole', async () => {
    await history.write(history.first.slice(1));
    await history.compactAll(0);
    const codes = await found();
    expect(codes.length).toBeGreaterThan(0);
    expect(codes.every((code) => code.startsWith('told DUPLICATE '))).toBe(true);
  });

  test('a segment of a compaction that was killed is told, and no hole', async () => {
    const failing = new FailingArchive(archive);
    // Lists and gets come before: the first manifest that is written is the call that fails.
    let killed = false;
    failing.putIfAbsent = async (key, ...rest) => {
      killed ||= key.startsWith(history.journal.manifests);
      if (killed) throw new Error('killed');
      return archive.putIfAbsent(key, ...rest);
    };
    const shelf = { ...history.journal, archive: failing };
    const compacting = compact(shelf, { segmentBytes: 1, patienceMs: 0, now: HISTORY_END });
    await expect(compacting).rejects.toThrow('killed');
    expect(await found()).toEqual([expect.stringMatching(/^told ORPHAN /)]);
    await history.compactAll(0);
    expect(await found()).toEqual([]);
  });

  const eraseAll = async (store: ArchiveStore): Promise<void> => {
    const context = { system: reviewer, names, archive: store, state: memoryState() };
    const subject = { keys: [], partitions: ['REVIEW#r1', 'FINDING#f1'], fields: [] };
    await erase(context, await survey(context, subject, { now: HISTORY_END }), { now: HISTORY_END });
  };

  test('what was erased is told, and no hole; real ones are found beside it', async () => {
    await eraseAll(archive);
    const { erasures, findings, bundles } = await audit();
    expect(findings).toEqual([]);
    expect(erasures).toMatchObject([
      { changes: 3, events: 2, items: 1, bundles: [history.bundle], endedAt: HISTORY_END },
    ]);
    expect(bundles).toBe(0);
    const chain = await readChain(archive, history.journal.manifests);
    const [standing] = [...standingSegments(chain.manifests).keys()];
    await archive.remove(standing as string);
    expect(await found()).toContain(`hole SEGMENT_MISSING ${standing}`);
  });

  test('what an erasure that was cut off has left lying is told', async () => {
    const dying = new FailingArchive(archive);
    dying.erase = async (key) => {
      if (key.startsWith(history.journal.segments)) throw new Error('killed');
      await archive.erase(key);
    };
    await expect(eraseAll(dying)).rejects.toThrow('killed');
    expect(await found()).toEqual([expect.stringMatching(`^told UNERASED ${history.journal.segments}`)]);
    expect((await audit()).erasures).toMatchObject([{ endedAt: undefined }]);
    await eraseAll(archive);
    expect(await found()).toEqual([]);
    expect((await audit()).erasures).toMatchObject([{ endedAt: HISTORY_END }]);
  });

  test('what is cold is held against its size alone', async () => {
    const [key] = await inSegments();
    await archive.move(key as string, 'GLACIER');
    expect(await found()).toEqual([`told COLD ${key}`]);
    const bytes = (await get((await inSegments())[1])).length;
    await archive.remove(key as string);
    await archive.putIfAbsent(key as string, new Uint8Array(bytes + 1));
    expect(await found()).toContain(`hole SEGMENT_DAMAGED ${key}`);
  });
}
