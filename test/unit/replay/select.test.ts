import { eventShelf } from '../../../events/archived.ts';
import { deriveEvents } from '../../../events/derive.ts';
import type { Envelope } from '../../../events/envelope.ts';
import { compact } from '../../../processors/archive/compact.ts';
import { archiveProcessor } from '../../../processors/archive/handler.ts';
import { keysNamed } from '../../../processors/replay/select.ts';
import { journalShelf } from '../../../shared/archive/shelf.ts';
import { partitionOf } from '../../../shared/model/keys.ts';
import { DAY_MS } from '../../../shared/model/retention.ts';
import { HOUR_MS, isoUtc } from '../../../shared/model/time.ts';
import type { Selection } from '../../../shared/state/replays.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { archiveReviews } from '../../support/given/archivedReviews.ts';
import { changeOf } from '../../support/given/changes.ts';
import { idsOf, names, replay } from '../../support/given/replaying.ts';
import { versionItem } from '../../support/given/reviewerItems.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';
import { memoryState } from '../../support/memory/memoryState.ts';
import { MemoryTarget } from '../../support/memory/memoryTarget.ts';

const origin = { stage: 'test', table: names.table };

async function sent(archive: MemoryArchive, selection: Selection, rederive: boolean): Promise<string[]> {
  const target = new MemoryTarget();
  await replay({ archive, state: memoryState(), target }, 'a', { selection, rederive });
  return idsOf(target.envelopes);
}

test('derived again from the journal, events are the archived ones, in the same order', async () => {
  const archive = new MemoryArchive();
  const changes = await archiveReviews(archive, names, { reviews: 4, batches: 5, each: 6 });
  const published = changes.flatMap((change) => deriveEvents(reviewer, origin, change));
  expect(await sent(archive, {}, false)).toEqual(idsOf(published));
  expect(await sent(archive, {}, true)).toEqual(idsOf(published));
  const now = Date.parse('2026-02-03T10:00:00.000Z');
  await compact(journalShelf(reviewer, names, archive), { segmentBytes: 2_000, patienceMs: 0, now });
  expect(await sent(archive, {}, true)).toEqual(idsOf(published));
});

test.each([false, true])('by key, type, entity, time and tenant (derived again: %s)', async (rederive) => {
  const archive = new MemoryArchive();
  const changes = await archiveReviews(archive, names, { reviews: 4, batches: 5, each: 6 });
  const published = changes.flatMap((change) => deriveEvents(reviewer, origin, change));
  const [first] = published as [Envelope];
  const { subject, type, time } = first.metadata;
  const of = (wanted: string): string[] => idsOf(published.filter(({ metadata }) => metadata.subject === wanted));
  expect(await sent(archive, { key: subject }, rederive)).toEqual(of(subject));
  expect(of(subject).length).toBeGreaterThan(0);
  expect(await sent(archive, { key: 'REVIEW#none/VERSION#1' }, rederive)).toEqual([]);
  expect(await sent(archive, { types: [type] }, rederive)).toHaveLength(published.length);
  expect(await sent(archive, { types: ['IssueRecurring'] }, rederive)).toEqual([]);
  expect(await sent(archive, { entity: 'version' }, rederive)).toHaveLength(published.length);
  expect(await sent(archive, { entity: 'stack' }, rederive)).toEqual([]);
  expect(await sent(archive, { from: time }, rederive)).toHaveLength(published.length);
  expect(await sent(archive, { to: time }, rederive)).toEqual([]);
  expect(await sent(archive, { tenant: 'somebody' }, rederive)).toEqual([]);
});

test.each([
  { pk: 'a', sk: 'b' },
  { pk: 'a/b', sk: 'c/d' },
  { pk: '%2F', sk: '/' },
])('a key text with slashes names its item too: %j', (key) => {
  expect(keysNamed(reviewer, `${key.pk}/${key.sk}`).map(partitionOf)).toContain(partitionOf(key));
});

test.each([false, true])(
  'from a time on, what was written before is not read (derived again: %s)',
  async (rederive) => {
    const archive = new MemoryArchive();
    const processor = archiveProcessor(reviewer, names, { archive, state: memoryState() });
    const start = Date.parse('2026-02-01T10:00:00.000Z');
    for (let day = 0; day < 10; day++) {
      const at = start + day * DAY_MS;
      // The clock of who writes is some hours ahead; what happens on the ninth day is told on the tenth.
      const createdAt = isoUtc(day === 9 ? at - DAY_MS : at + 5 * HOUR_MS);
      const item = versionItem({ reviewId: `r${day}`, createdAt, requestedAt: createdAt });
      await processor.process([changeOf({ new: item, sequence: String(100 + day), at })]);
    }
    const shelf = (rederive ? journalShelf : eventShelf)(reviewer, names, archive);
    await compact(shelf, { segmentBytes: 1, patienceMs: 0, now: start + 8 * DAY_MS });
    const read = new Set<string>();
    const get = archive.get.bind(archive);
    archive.get = async (key, range) => {
      if (/(segments|events|journal)\/.*dt=/.test(key)) read.add(key);
      return get(key, range);
    };
    const found = async (selection: Selection): Promise<number> => {
      read.clear();
      return (await sent(archive, selection, rederive)).length;
    };
    expect([await found({}), read.size]).toEqual([10, 10]);
    expect([await found({ from: isoUtc(start + 6 * DAY_MS) }), read.size]).toEqual([4, 5]);
    expect([await found({ from: isoUtc(start + 6 * DAY_MS), to: isoUtc(start + 7 * DAY_MS) }), read.size]).toEqual([
      1, 5,
    ]);
    expect([await found({ from: isoUtc(start + 5 * DAY_MS + 3 * HOUR_MS) }), read.size]).toEqual([5, 5]);
    expect([await found({ from: isoUtc(start + 20 * DAY_MS) }), read.size]).toEqual([0, 0]);
  },
);
