import '../simulation/syncZlib.ts';
import fc from 'fast-check';
import { deriveEvents } from '../../events/derive.ts';
import { compact } from '../../processors/archive/compact.ts';
import { journalSnapshot } from '../../processors/archive/snapshot.ts';
import { compareShadow } from '../../processors/replay/shadow.ts';
import { repair } from '../../processors/statistics/rebuild.ts';
import { readHistory } from '../../shared/archive/history.ts';
import { changeOfRow, readJournal } from '../../shared/archive/journal.ts';
import { journalShelf } from '../../shared/archive/shelf.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import { attributesToJson } from '../../shared/model/attributeJson.ts';
import { isAfterwriteError } from '../../shared/model/errors.ts';
import { HOUR_MS } from '../../shared/model/time.ts';
import type { ArchiveStore } from '../../shared/ports/archiveStore.ts';
import { brokenHistory } from '../simulation/laws/archive.ts';
import { FailingArchive, type Failure } from '../support/memory/failingArchive.ts';
import { Beside } from './world/beside.ts';

/**
 * THE LAW: once attached, every image that was in the table then or later is proven in the archive, however writes fall between
 * the steps of the scan, and wherever it was killed and begun again. Statistics counted from the archive alone are the live ones.
 */
const RUNS = 60;

const story = { seed: fc.nat(), before: fc.nat(8), acts: fc.nat(24) };

const attach = async (beside: Beside, archive: ArchiveStore = beside.context.archive) =>
  journalSnapshot({ ...beside.context, archive }, beside.options);

/** What was in the table then, and what came later, as the archive may hold it. */
function imagesSince({ world }: Beside, then: readonly Attributes[], behind: number): string[] {
  const later = world.table.stream.records.slice(behind).flatMap(({ old, new: image }) => [old, image]);
  return [...then, ...later].flatMap((image) => (image ? [attributesToJson(world.shown(image))] : []));
}

async function imagesJournalled({ world }: Beside): Promise<Set<string>> {
  const images = new Set<string>();
  for await (const { record } of readJournal(world.system, world.names, world.archive.store))
    for (const image of [record.old, record.new]) if (image) images.add(attributesToJson(image));
  return images;
}

async function holdsAll(beside: Beside, then: readonly Attributes[], behind: number): Promise<void> {
  const { world } = beside;
  const journalled = await imagesJournalled(beside);
  expect(imagesSince(beside, then, behind).filter((image) => !journalled.has(image))).toEqual([]);
  expect(await brokenHistory(world)).toEqual([]);
  const { state, table, archive } = world;
  const { drifts } = await compareShadow(world.system, world.names, { state, table, archive: archive.store });
  expect(drifts).toEqual([]);
}

async function compactAll({ world }: Beside): Promise<void> {
  const shelf = journalShelf(world.system, world.names, world.archive.store);
  const now = world.clock.now() + HOUR_MS;
  await compact(shelf, { segmentBytes: 2_000, patienceMs: 0, everything: true, now });
}

test('what was there and what is written meanwhile is in the archive, and adds up from nothing', () =>
  fc.assert(
    fc.asyncProperty(fc.record({ ...story, running: fc.boolean() }), async ({ running, ...one }) => {
      const beside = new Beside(one);
      const then = beside.world.table.items;
      const behind = beside.world.table.stream.records.length;
      if (running) beside.start();
      await attach(beside);
      await repair(beside.context, beside.options);
      await beside.end();
      await holdsAll(beside, then, behind);
      await compactAll(beside);
      await holdsAll(beside, then, behind);
    }),
    { numRuns: RUNS },
  ));

test('killed at any call, and begun again; once more it finds nothing to write', () =>
  fc.assert(
    fc.asyncProperty(
      fc.record({ ...story, calls: fc.nat(8) }),
      fc.constantFrom<Failure>('unsent', 'unanswered'),
      async ({ calls, ...one }, failure) => {
        const beside = new Beside(one);
        const then = beside.world.table.items;
        const behind = beside.world.table.stream.records.length;
        const failing = new FailingArchive(beside.world.archive.store);
        failing.failAfter(calls, failure);
        await attach(beside, failing).catch(() => {});
        failing.failAfter(undefined, failure);
        await attach(beside, failing);
        await repair(beside.context, beside.options);
        await beside.end();
        await holdsAll(beside, then, behind);
        expect((await attach(beside)).journalled).toBe(0);
      },
    ),
    { numRuns: RUNS },
  ));

test('no event comes of a snapshot: what the journal gives again is what was archived', () =>
  fc.assert(
    fc.asyncProperty(fc.record({ ...story, acts: fc.constant(0) }), async (one) => {
      const beside = new Beside(one);
      await attach(beside);
      const { system, origin, names, archive } = beside.world;
      let snapshots = 0;
      for await (const rows of readHistory(journalShelf(system, names, archive.store)))
        for (const row of rows) {
          const change = changeOfRow(system, row);
          if (change.cause === 'snapshot') snapshots++;
          try {
            expect(deriveEvents(system, origin, change)).toEqual([]);
          } catch (error) {
            if (!isAfterwriteError(error, 'ITEM_MALFORMED')) throw error;
          }
        }
      expect(snapshots).toBe(beside.world.table.items.length);
    }),
    { numRuns: RUNS },
  ));
