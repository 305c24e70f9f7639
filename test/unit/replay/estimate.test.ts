import { eventShelf } from '../../../events/archived.ts';
import { FiredRules } from '../../../infra/views/firedRules.ts';
import { compact } from '../../../processors/archive/compact.ts';
import { chunksOf, sendingDollars } from '../../../processors/replay/cost.ts';
import { estimate } from '../../../processors/replay/estimate.ts';
import { sourceOf } from '../../../processors/replay/source.ts';
import { restoreEstimate } from '../../../shared/archive/restoring.ts';
import { GB, MONTH_DAYS } from '../../../shared/model/storageCost.ts';
import { US_EAST_1 } from '../../../shared/model/storagePrices.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { archiveReviews } from '../../support/given/archivedReviews.ts';
import { claimsIn } from '../../support/given/claims.ts';
import { envelopeOf } from '../../support/given/envelopes.ts';
import { names } from '../../support/given/replaying.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';

test('what would be sent is counted, by type, in events, bytes and chunks', async () => {
  const archive = new MemoryArchive();
  await archiveReviews(archive, names, { reviews: 3, batches: 4, each: 5 });
  const source = sourceOf(reviewer, names, archive, { selection: {}, rederive: false });
  const seen: string[] = [];
  const told = await estimate(source, (envelope) => void seen.push(JSON.stringify(envelope)));
  expect(told).toMatchObject({
    events: 20,
    chunks: 20,
    byType: { ReviewRequested: 20 },
    cold: { objects: 0, lines: 0 },
  });
  expect(told.bytes).toBe(seen.reduce((sum, text) => sum + Buffer.byteLength(text), 0));
});

test('what is cold is counted apart, by its manifests; what is restored is read', async () => {
  const archive = new MemoryArchive();
  await archiveReviews(archive, names, { reviews: 3, batches: 8, each: 5 });
  const now = Date.parse('2026-02-03T10:00:00.000Z');
  await compact(eventShelf(reviewer, names, archive), { segmentBytes: 1, patienceMs: 0, now });
  const keys: string[] = [];
  for await (const { key } of archive.list('v1/segments/')) keys.push(key);
  for (const key of keys.slice(0, 2)) await archive.move(key, 'DEEP_ARCHIVE');
  const source = sourceOf(reviewer, names, archive, { selection: {}, rederive: false });
  const told = await estimate(source);
  expect(told.cold).toMatchObject({ objects: 2, byClass: { DEEP_ARCHIVE: { objects: 2 } } });
  expect(told.events + (told.cold.lines ?? 0)).toBe(40);
  expect(told.cold.lines).toBeGreaterThan(0);
  for (const key of keys.slice(0, 2)) await archive.restore(key, { tier: 'Standard', days: 1 });
  archive.finishRestores();
  expect(await estimate(source)).toMatchObject({ events: 40, cold: { objects: 0 } });
});

test('sending is paid by the chunk, or by the request', () => {
  expect([0, 1, 65_536, 65_537].map(chunksOf)).toEqual([1, 1, 1, 2]);
  const volume = { events: 2_000_000, bytes: 2_000_000 * 1_000, chunks: 2_000_000 };
  expect(sendingDollars('bus', volume)).toBeCloseTo(2);
  expect(sendingDollars('queue', volume)).toBeCloseTo(0.08);
  expect(sendingDollars('fifo', volume)).toBeCloseTo(0.1);
  expect(sendingDollars('file', volume)).toBe(0);
});

test('restoring is paid and waited for as storage prices say; a tier that a class lacks is told', async () => {
  const archive = new MemoryArchive();
  await archiveReviews(archive, names, { reviews: 3, batches: 8, each: 5 });
  const now = Date.parse('2026-02-03T10:00:00.000Z');
  await compact(eventShelf(reviewer, names, archive), { segmentBytes: 1, patienceMs: 0, now });
  for await (const { key } of archive.list('v1/segments/')) await archive.move(key, 'DEEP_ARCHIVE');
  const told = await estimate(sourceOf(reviewer, names, archive, { selection: {}, rederive: false }));
  const { objects, bytes } = told.cold;
  const standard = restoreEstimate(told.unreadable, { tier: 'Standard', days: MONTH_DAYS }, US_EAST_1);
  expect(standard).toMatchObject({ objects, bytes, hours: 12 });
  expect(standard.dollars).toBeCloseTo((bytes / GB) * (0.02 + 0.023) + (objects / 1_000) * 0.1, 10);
  expect(() => restoreEstimate(told.unreadable, { tier: 'Expedited', days: 1 }, US_EAST_1)).toThrow(/DEEP_ARCHIVE/);
});

test('rules fire as on the bus: disabled ones never, and those that opt in to replays do', () => {
  const about = { system: 'reviewer', claims: claimsIn(), region: 'us-east-1', account: '000000000000' };
  const rule = (name: string, pattern: object, enabled = true) => ({ name, pattern: JSON.stringify(pattern), enabled });
  const rules = new FiredRules(
    [
      rule('failures', { 'detail-type': ['ReviewFailed'] }),
      rule('replays', { detail: { metadata: { replay: { id: [{ exists: true }] } } } }),
      rule('off', { source: ['afterwrite.reviewer'] }, false),
      rule('unknown', { source: [{ newOperator: 'x' }] }),
    ],
    about,
  );
  for (const type of ['ReviewFailed', 'ReviewCompleted', 'ReviewFailed']) rules.look(envelopeOf({}, { type }));
  expect(rules.fired).toEqual([
    { rule: 'failures', events: 2 },
    { rule: 'replays', events: 3 },
    { rule: 'unknown', events: null },
  ]);
});
