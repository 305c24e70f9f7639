import { deriveEvents } from '../../../events/derive.ts';
import type { Envelope } from '../../../events/envelope.ts';
import { compact } from '../../../processors/archive/compact.ts';
import { keysNamed } from '../../../processors/replay/select.ts';
import { journalShelf } from '../../../shared/archive/shelf.ts';
import { partitionOf } from '../../../shared/model/keys.ts';
import type { Selection } from '../../../shared/state/replays.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { archiveReviews } from '../../support/given/archivedReviews.ts';
import { idsOf, names, replay } from '../../support/given/replaying.ts';
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
