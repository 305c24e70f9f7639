import { auditArchive } from '../../../processors/archive/audit/audit.ts';
import { compact } from '../../../processors/archive/compact.ts';
import { archiveProcessor } from '../../../processors/archive/handler.ts';
import { readHistory, readItem } from '../../../shared/archive/history.ts';
import { readChain } from '../../../shared/archive/manifest.ts';
import type { Row } from '../../../shared/archive/rows.ts';
import { journalShelf, type Shelf } from '../../../shared/archive/shelf.ts';
import { namesOf } from '../../../shared/model/names.ts';
import { archiveRules } from '../../../shared/model/storageRules.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { changeOf } from '../../support/given/changes.ts';
import { versionItem } from '../../support/given/reviewerItems.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';
import { memoryState } from '../../support/memory/memoryState.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

const DAY_MS = 86_400_000;
const START = Date.parse('2026-02-01T10:00:00.000Z');
const LIFE_DAYS = 100;

const system = { ...reviewer, archive: archiveRules({ journal: { lifeDays: LIFE_DAYS } }) };
const names = namesOf(system, 'test');

async function rowsOf(shelf: Shelf): Promise<Row[]> {
  const all: Row[] = [];
  for await (const rows of readHistory(shelf)) all.push(...rows);
  return all;
}

/** Two segments of one change each, a day apart; S3 has removed the older one. */
async function halfGone() {
  const archive = new MemoryArchive();
  const clock = new TurnedClock(START);
  const shelf = journalShelf(system, names, archive, { clock });
  const processor = archiveProcessor(system, names, { archive, state: memoryState() });
  for (const [version, sequence] of [
    [1, '10'],
    [2, '11'],
  ] as const) {
    await processor.process([changeOf({ new: versionItem({ version }), sequence, at: clock.now() })]);
    clock.advance(DAY_MS);
    await compact(shelf, { segmentBytes: 1, patienceMs: 0, now: clock.now() });
  }
  clock.advance(2 * DAY_MS);
  await compact(shelf, { segmentBytes: 1, patienceMs: 0, now: clock.now() });
  const { manifests } = await readChain(archive, shelf.manifests);
  await archive.remove(manifests[0]?.segments[0]?.key ?? '');
  const audited = async (): Promise<string[]> => {
    const { findings } = await auditArchive(system, names, archive, { now: clock.now() });
    return findings.map(({ code }) => code);
  };
  return { shelf, clock, audited, firstAt: manifests[0]?.at ?? 0 };
}

test('a segment that is missing before its life is over is a hole, and is told', async () => {
  const { shelf, clock, audited, firstAt } = await halfGone();
  clock.advance(firstAt + LIFE_DAYS * DAY_MS - 1 - clock.now());
  await expect(rowsOf(shelf)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await audited()).toContain('SEGMENT_MISSING');
});

test('when its life is over it is let go, and what came later is read', async () => {
  const { shelf, clock, audited, firstAt } = await halfGone();
  clock.advance(firstAt + LIFE_DAYS * DAY_MS - clock.now());
  const rows = await rowsOf(shelf);
  expect(rows.map(({ sequence }) => Number(sequence))).toEqual([11]);
  expect(await readItem(shelf, rows[0]?.item ?? '')).toHaveLength(1);
  expect(await audited()).toEqual([]);
});
