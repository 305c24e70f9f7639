import fc from 'fast-check';
import { eventShelf } from '../../events/archived.ts';
import { auditArchive } from '../../processors/archive/audit/audit.ts';
import { type CompactOptions, compact, REMOVED_AFTER_MS } from '../../processors/archive/compact.ts';
import { erase, isNothing } from '../../processors/archive/erase/erase.ts';
import { lyingIn } from '../../processors/archive/erase/lying.ts';
import type { Subject } from '../../processors/archive/erase/subject.ts';
import { survey } from '../../processors/archive/erase/survey.ts';
import { archiveProcessor } from '../../processors/archive/handler.ts';
import { bundleOf } from '../../shared/archive/bundle.ts';
import { readHistory } from '../../shared/archive/history.ts';
import { bundleKey, collectionPrefix } from '../../shared/archive/layout.ts';
import { readLines, writeProven } from '../../shared/archive/lines.ts';
import { type Chain, readChain } from '../../shared/archive/manifest.ts';
import { journalShelf, type Shelf } from '../../shared/archive/shelf.ts';
import { isAfterwriteError } from '../../shared/model/errors.ts';
import { namesOf } from '../../shared/model/names.ts';
import type { Change } from '../../shared/stream/change.ts';
import { reviewer } from '../../shared/systems/reviewer.ts';
import { changeOf } from '../support/given/changes.ts';
import { versionItem } from '../support/given/reviewerItems.ts';
import { FailingArchive, type Failure } from '../support/memory/failingArchive.ts';
import { MemoryArchive } from '../support/memory/memoryArchive.ts';
import { memoryState } from '../support/memory/memoryState.ts';

/*
 * Whatever was written how often, compacted how far, beside a compactor, and killed wherever: once an erasure has ended, no
 * object holds a line of the person, all else is read once and in order, and the audit finds no hole. Until then, all of it
 * is read or less of the person's, and nothing else is missing.
 */

const names = namesOf(reviewer, 'test');
const HOUR_MS = 3_600_000;
const START = Date.parse('2026-02-01T10:00:00.000Z');
const RUNS = 80;
const WHO = 'u-erased';
const PEOPLE = [WHO, 'u-2', 'u-3'];

type Step =
  | { readonly do: 'write'; readonly items: readonly (readonly [item: number, who: number])[]; readonly hours: number }
  | { readonly do: 'again'; readonly from: number; readonly count: number }
  | { readonly do: 'bundle'; readonly from: number; readonly count: number }
  | { readonly do: 'compact'; readonly bytes: number; readonly at: number | undefined; readonly failure: Failure };

const failure = fc.constantFrom<Failure>('unsent', 'unanswered');
const bytes = fc.constantFrom(1, 2_000, 20_000);
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('write' as const),
        items: fc.array(fc.tuple(fc.nat(4), fc.nat(2)), { minLength: 1, maxLength: 8 }),
        hours: fc.nat(3),
      }),
    },
    fc.record({ do: fc.constant('again' as const), from: fc.nat(40), count: fc.integer({ min: 1, max: 8 }) }),
    fc.record({ do: fc.constant('bundle' as const), from: fc.nat(20), count: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ do: fc.constant('compact' as const), bytes, at: fc.option(fc.nat(30), { nil: undefined }), failure }),
  ),
  { minLength: 1, maxLength: 10 },
);

const byField: Subject = { keys: [], partitions: [], fields: [{ path: ['createdBy'], value: WHO }] };
const byKey: Subject = { keys: [{ pk: 'REVIEW#r0', sk: 'VERSION#1' }], partitions: ['REVIEW#r1'], fields: [] };
const subjects = [byField, byKey];

const isTaken = (subject: Subject, { key, record }: Pick<Change, 'key' | 'record'>): boolean => {
  if (subject === byField) return JSON.stringify(record).includes(`"${WHO}"`);
  return key.pk === 'REVIEW#r1' || (key.pk === 'REVIEW#r0' && key.sk === 'VERSION#1');
};

class World {
  readonly archive = new FailingArchive(new MemoryArchive());
  readonly changes: Change[] = [];
  readonly shelves: [Shelf, Shelf] = [
    journalShelf(reviewer, names, this.archive),
    eventShelf(reviewer, names, this.archive),
  ];
  readonly state = memoryState();
  readonly #processor = archiveProcessor(reviewer, names, { archive: this.archive, state: this.state });
  /** Whether what was to be killed had ended before. */
  outlived = false;
  now = START;

  async run(step: Step): Promise<void> {
    if (step.do === 'write') await this.#write(step.items, step.hours);
    else if (step.do === 'again') await this.#again(step.from, step.count);
    else if (step.do === 'bundle') await this.#bundle(step.from, step.count);
    else await this.killedAt(step.at, step.failure, () => this.compact(step.bytes));
  }

  async compact(segmentBytes: number): Promise<void> {
    const options: CompactOptions = { segmentBytes, patienceMs: 2 * HOUR_MS, now: this.now };
    for (const shelf of this.shelves) await compact(shelf, options);
  }

  /** As whoever runs it does: what was removed while it was read is looked for again. */
  async compactBeside(segmentBytes: number): Promise<void> {
    for (;;)
      try {
        return await this.compact(segmentBytes);
      } catch (error) {
        if (!isAfterwriteError(error, 'ARCHIVE_MOVED')) throw error;
      }
  }

  async erase(subject: Subject): Promise<void> {
    const context = { system: reviewer, names, archive: this.archive, state: this.state };
    const found = await survey(context, subject, { now: this.now });
    if (!isNothing(found)) await erase(context, found, { now: this.now, reason: 'asked by letter' });
  }

  async killedAt(call: number | undefined, how: Failure, work: () => Promise<void>): Promise<void> {
    this.archive.failAfter(call, how);
    try {
      await work();
    } catch (error) {
      if (!isAfterwriteError(error, 'THROTTLED')) throw error;
    }
    this.outlived = this.archive.isPending;
    this.archive.failAfter(undefined, how);
  }

  async #write(items: readonly (readonly [number, number])[], hours: number): Promise<void> {
    const changes = items.map(([item, who]) => {
      const n = this.changes.length + 1;
      const version = n % 3 === 0 ? n : 1;
      const next = versionItem({ reviewId: `r${item}`, version, createdBy: PEOPLE[who] as string });
      const change = changeOf({ new: next, sequence: String(9 + n), at: this.now });
      this.changes.push(change);
      return change;
    });
    this.now += hours * HOUR_MS;
    await this.#processor.process(changes);
  }

  async #again(from: number, count: number): Promise<void> {
    const again = this.changes.slice(from, from + count);
    if (again.length > 0) await this.#processor.process(again);
  }

  async #bundle(from: number, count: number): Promise<void> {
    const items = this.changes.slice(from, from + count).flatMap(({ record }) => (record.new ? [record.new] : []));
    if (items.length === 0) return;
    const about = { collection: 'review', source: { pk: `REVIEW#b${from}`, sk: 'STATS' }, due: START };
    const bundle = bundleOf(reviewer, names, about, items);
    const prefix = collectionPrefix(reviewer, names, 'review', about.source);
    await writeProven(this.archive, bundle.lines, (hash) => bundleKey(prefix, bundle.id, hash));
  }
}

async function idsOf(shelf: Shelf): Promise<string[]> {
  const ids: string[] = [];
  let last = '';
  for await (const rows of readHistory(shelf)) for (const { id } of rows) ids.push(id);
  expect(new Set(ids).size).toBe(ids.length);
  for await (const rows of readHistory(shelf))
    for (const { item, sequence } of rows.filter((row) => row.item === 'REVIEW#r0/VERSION#1')) {
      expect(`${item} ${sequence}` > last).toBe(true);
      last = `${item} ${sequence}`;
    }
  return ids;
}

const holes = async (world: World): Promise<string[]> => {
  const { findings } = await auditArchive(reviewer, names, world.archive, { now: world.now, state: world.state });
  return findings.filter(({ level }) => level === 'hole').map(({ code, where, what }) => `${code} ${where} ${what}`);
};

/** Nothing but the person's may be missing. */
async function checkBetween(world: World, subject: Subject): Promise<void> {
  const ids = new Set(await idsOf(world.shelves[0]));
  const others = world.changes.filter((change) => !isTaken(subject, change)).map(({ eventId }) => eventId);
  expect(others.filter((id) => !ids.has(id))).toEqual([]);
  const events = await idsOf(world.shelves[1]);
  expect(events.length).toBeGreaterThanOrEqual(others.length);
  expect(await holes(world)).toEqual([]);
}

async function checkErased(world: World, subject: Subject): Promise<void> {
  const left = world.changes.filter((change) => !isTaken(subject, change));
  expect((await idsOf(world.shelves[0])).sort()).toEqual(left.map(({ eventId }) => eventId).sort());
  // Each change asks for one event, of which one alone is published while it is pending.
  expect(await idsOf(world.shelves[1])).toHaveLength(left.length);
  for await (const { key } of world.archive.list('v1/')) {
    if (key.startsWith('v1/manifests/')) continue;
    for (const line of await readLines(world.archive, key))
      if (subject === byField) expect(line).not.toContain(WHO);
      else expect(line).not.toMatch(/"REVIEW#r1"|"REVIEW#r1\/|"REVIEW#r0\/VERSION#1"/);
  }
  const { findings, erasures } = await auditArchive(reviewer, names, world.archive, {
    now: world.now,
    state: world.state,
  });
  expect(findings.filter(({ level, code }) => level === 'hole' || code === 'UNERASED')).toEqual([]);
  expect(erasures.filter(({ endedAt }) => endedAt === undefined)).toEqual([]);
}

test('what is erased is nowhere, and nothing else is missing, in any state of compaction', async () => {
  await fc.assert(
    fc.asyncProperty(
      steps,
      fc.constantFrom(...subjects),
      fc.option(fc.nat(60), { nil: undefined }),
      failure,
      async (story, subject, at, how) => {
        const world = new World();
        for (const step of story) await world.run(step);
        await world.killedAt(at, how, () => world.erase(subject));
        await checkBetween(world, subject);
        await Promise.all([world.erase(subject), world.compactBeside(1), world.compactBeside(2_000)]);
        await world.erase(subject);
        await checkErased(world, subject);
        world.now += 3 * REMOVED_AFTER_MS;
        await world.compact(1);
        await checkErased(world, subject);
      },
    ),
    { numRuns: RUNS },
  );
});

const chainOf = ({ archive, manifests }: Shelf): Promise<Chain> => readChain(archive, manifests);

/** Objects and segments in all states. */
async function history(): Promise<World> {
  const world = new World();
  const both = [
    [0, 0],
    [1, 1],
    [0, 2],
    [2, 0],
  ] as const;
  await world.run({ do: 'write', items: both, hours: 1 });
  await world.run({ do: 'write', items: both, hours: 30 });
  await world.run({ do: 'compact', bytes: 1, at: undefined, failure: 'unsent' });
  await world.run({ do: 'again', from: 2, count: 4 });
  await world.run({ do: 'write', items: both, hours: 1 });
  await world.run({ do: 'bundle', from: 0, count: 3 });
  await world.run({ do: 'bundle', from: 1, count: 1 });
  // A segment that no manifest names yet.
  const [journal] = world.shelves;
  const dying = new FailingArchive(world.archive);
  dying.putIfAbsent = async (key, ...rest) => {
    if (key.startsWith(journal.manifests)) throw new Error('killed');
    return world.archive.putIfAbsent(key, ...rest);
  };
  const options = { segmentBytes: 1, patienceMs: 0, everything: true, now: world.now };
  await expect(compact({ ...journal, archive: dying }, options)).rejects.toThrow('killed');
  return world;
}

test.each([
  [byField, 'unanswered'],
  [byKey, 'unsent'],
] as const)('killed at any call, it goes on where it was: %j, %s', async (subject, how) => {
  const states = await lyingIn((await history()).shelves[0], await chainOf((await history()).shelves[0]));
  expect(new Set(states.map(({ state }) => state))).toEqual(new Set(['segment', 'covered', 'stray', 'object']));
  for (let call = 0; ; call++) {
    const world = await history();
    await world.killedAt(call, how, () => world.erase(subject));
    const { outlived } = world;
    await checkBetween(world, subject);
    await world.erase(subject);
    await checkErased(world, subject);
    if (!outlived) continue;
    expect(call).toBeGreaterThan(60);
    return;
  }
});

async function twoWritten(): Promise<World> {
  const world = new World();
  await world.run({
    do: 'write',
    items: [
      [0, 0],
      [1, 1],
    ],
    hours: 1,
  });
  return world;
}

test('what the stream brings again in the same batch stays erased, and goes with the next compaction', async () => {
  const world = await twoWritten();
  await world.erase(byField);
  await world.run({ do: 'again', from: 0, count: 2 });
  expect(await idsOf(world.shelves[0])).toEqual([world.changes[1]?.eventId]);
  world.now += 3 * REMOVED_AFTER_MS;
  await world.compact(1);
  await checkErased(world, byField);
});

test('a run of somebody else, and what was asked before, are told apart', async () => {
  const world = await twoWritten();
  await world.erase(byField);
  world.now += HOUR_MS;
  await world.erase(byKey);
  const { erasures } = await auditArchive(reviewer, names, world.archive, { now: world.now, state: world.state });
  expect(erasures).toMatchObject([
    { changes: 1, events: 1, reason: 'asked by letter' },
    { changes: 1, events: 1 },
  ]);
  expect(new Set(erasures.map(({ subject }) => subject)).size).toBe(2);
  expect(JSON.stringify(erasures)).not.toContain(WHO);
});
