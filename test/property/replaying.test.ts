import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { eventShelf } from '../../events/archived.ts';
import { deriveEvents } from '../../events/derive.ts';
import type { Envelope } from '../../events/envelope.ts';
import { compact } from '../../processors/archive/compact.ts';
import type { ReplayTarget } from '../../processors/replay/target.ts';
import { busTarget } from '../../processors/replay/targets/bus.ts';
import { fileTarget } from '../../processors/replay/targets/file.ts';
import type { StateStore } from '../../shared/ports/stateStore.ts';
import { reviewer } from '../../shared/systems/reviewer.ts';
import { Killer } from '../support/faults/killer.ts';
import { archiveReviews } from '../support/given/archivedReviews.ts';
import { claimsIn } from '../support/given/claims.ts';
import { idsOf, names, REPLAY, replay } from '../support/given/replaying.ts';
import type { Failure } from '../support/memory/failingArchive.ts';
import { MemoryArchive } from '../support/memory/memoryArchive.ts';
import { MemoryBus } from '../support/memory/memoryBus.ts';
import { memoryState } from '../support/memory/memoryState.ts';
import { MemoryTarget } from '../support/memory/memoryTarget.ts';

/*
 * A replay that is killed at any outside call, and goes on, has sent each selected event under its own id and the one id of
 * the replay, in order per item, and has repeated at most the portion at hand, also where the archive was compacted in
 * between, and where it had to be restored.
 */

const FAILURES: readonly Failure[] = ['unsent', 'unanswered'];
const NO_RETRY = { retries: 0, minTimeout: 1, maxTimeout: 1 };
const HOUR_MS = 3_600_000;

class World {
  readonly archive = new MemoryArchive();
  readonly state: StateStore = memoryState();
  expected: Envelope[] = [];
  lives = 0;

  async fill(given = { reviews: 4, batches: 6, each: 4 }): Promise<this> {
    const changes = await archiveReviews(this.archive, names, given);
    const origin = { stage: 'test', table: names.table };
    this.expected = changes.flatMap((change) => deriveEvents(reviewer, origin, change));
    return this;
  }

  compact(hours: number): Promise<unknown> {
    const now = Date.parse('2026-02-01T10:00:00.000Z') + hours * HOUR_MS;
    return compact(eventShelf(reviewer, names, this.archive), { segmentBytes: 3_000, patienceMs: 0, now });
  }

  async cool(): Promise<void> {
    for await (const { key } of this.archive.list('v1/segments/')) await this.archive.move(key, 'GLACIER');
  }

  /** One process; false where it was killed. */
  life(killer: Killer, target: ReplayTarget): Promise<boolean> {
    const ports = { archive: killer.through(this.archive), state: killer.through(this.state) };
    const pause = async (): Promise<void> => this.archive.finishRestores();
    return killer.lives(() => replay({ ...ports, target, pause }, `life-${this.lives++}`));
  }

  async isDone(): Promise<boolean> {
    return (await this.state.get('REPLAY', REPLAY))?.state === 'done';
  }

  /** A life that is not killed, where the replay is not done already. */
  async finish(target: ReplayTarget): Promise<void> {
    if (!(await this.isDone())) expect(await this.life(new Killer(), target)).toBe(true);
  }

  check(delivered: readonly Envelope[], repeatedAtMost: number): void {
    const first = new Map<string, Envelope>();
    for (const envelope of delivered) if (!first.has(envelope.metadata.id)) first.set(envelope.metadata.id, envelope);
    expect([...first.keys()].sort()).toEqual(idsOf(this.expected).sort());
    expect(delivered.length - first.size).toBeLessThanOrEqual(repeatedAtMost);
    for (const { metadata } of delivered) expect(metadata.replay).toEqual({ id: REPLAY });
    const items = byItem([...first.values()]);
    for (const [item, own] of items)
      expect(idsOf(own)).toEqual(idsOf(this.expected.filter(({ metadata }) => metadata.partitionKey === item)));
  }
}

function byItem(envelopes: readonly Envelope[]): Map<string, Envelope[]> {
  const groups = new Map<string, Envelope[]>();
  for (const envelope of envelopes)
    groups.set(envelope.metadata.partitionKey, [...(groups.get(envelope.metadata.partitionKey) ?? []), envelope]);
  return groups;
}

async function callsOf(run: (killer: Killer) => Promise<unknown>): Promise<number> {
  const killer = new Killer();
  await run(killer);
  return killer.calls;
}

async function recordOf(world: World): Promise<unknown> {
  return world.state.get('REPLAY', REPLAY);
}

describe.each(['as it was written', 'compacted', 'cold'] as const)('an archive %s', (how) => {
  async function worldOf(): Promise<World> {
    const world = await new World().fill();
    if (how !== 'as it was written') await world.compact(48);
    if (how === 'cold') await world.cool();
    return world;
  }

  test.each(FAILURES)('a replay killed at each outside call in turn, %s, goes on', async (failure) => {
    const clean = await worldOf();
    const calls = await callsOf((killer) => clean.life(killer, killer.through(new MemoryTarget())));
    expect(calls).toBeGreaterThan(20);
    for (let at = 0; at < calls; at++) {
      const world = await worldOf();
      const target = new MemoryTarget();
      const killer = new Killer(at, failure);
      expect(await world.life(killer, killer.through(target))).toBe(false);
      const before = target.portions.length;
      await world.compact(48);
      await world.finish(target);
      world.check(target.envelopes, target.portion);
      const [last, next] = [target.portions[before - 1], target.portions[before]];
      if (last && next && idsOf(last)[0] === idsOf(next)[0]) expect(idsOf(next)).toEqual(idsOf(last));
      expect(await recordOf(world)).toMatchObject({ state: 'done', sent: world.expected.length });
    }
  });

  test.each(FAILURES)('over a bus, killed at each call in turn, %s', async (failure) => {
    const busOf = (bus: MemoryBus, killer: Killer): ReplayTarget => ({
      ...busTarget({ bus: killer.through(bus), claims: claimsIn(), system: 'reviewer', retry: NO_RETRY }),
      portion: 5,
    });
    const clean = await worldOf();
    const calls = await callsOf((killer) => clean.life(killer, busOf(new MemoryBus(), killer)));
    for (let at = 0; at < calls; at++) {
      const [world, bus] = [await worldOf(), new MemoryBus()];
      const killer = new Killer(at, failure);
      expect(await world.life(killer, busOf(bus, killer))).toBe(false);
      await world.finish(busOf(bus, new Killer()));
      const delivered = bus.taken.map(({ detail }) => JSON.parse(detail) as Envelope);
      world.check(delivered, 5);
      expect(await recordOf(world)).toMatchObject({ state: 'done', sent: world.expected.length });
    }
  });
});

test('killed again and again, while the archive is compacted', async () => {
  const death = fc.record({
    at: fc.nat(25),
    failure: fc.constantFrom(...FAILURES),
    hours: fc.integer({ min: 0, max: 60 }),
  });
  const given = fc.record({
    reviews: fc.integer({ min: 1, max: 5 }),
    batches: fc.integer({ min: 1, max: 7 }),
    each: fc.integer({ min: 1, max: 5 }),
  });
  await fc.assert(
    fc.asyncProperty(given, fc.array(death, { maxLength: 6 }), async (shape, deaths) => {
      const world = await new World().fill(shape);
      const target = new MemoryTarget(3);
      for (const { at, failure, hours } of deaths) {
        if (await world.isDone()) break;
        const killer = new Killer(at, failure);
        await world.life(killer, killer.through(target));
        await world.compact(hours);
      }
      await world.finish(target);
      world.check(target.envelopes, deaths.length * target.portion);
    }),
    { numRuns: 150 },
  );
});

test('compacted, and the objects removed, while it reads', async () => {
  const world = await new World().fill({ reviews: 4, batches: 12, each: 4 });
  const target = new MemoryTarget();
  target.onPortion = async () => {
    if (target.portions.length !== 2) return;
    await world.compact(48);
    await world.compact(96);
  };
  expect(await world.life(new Killer(), target)).toBe(true);
  world.check(target.envelopes, 0);
});

test('cooled down while it reads, it restores what is left', async () => {
  const world = await new World().fill({ reviews: 4, batches: 12, each: 4 });
  const target = new MemoryTarget();
  target.onPortion = async () => {
    if (target.portions.length === 2)
      for await (const { key } of world.archive.list('v1/events/')) await world.archive.move(key, 'GLACIER');
  };
  expect(await world.life(new Killer(), target)).toBe(true);
  world.check(target.envelopes, 0);
});

describe.each(['events.ndjson', 'events.ndjson.gz'])('into the file %s', (name) => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'afterwrite-replay-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('killed at each call, with a torn end left behind: each event is there once', async () => {
    const fileFor = (at: number): string => join(folder, `${at}-${name}`);
    const small = (path: string): ReplayTarget => ({ ...fileTarget(path), portion: 5 });
    const clean = await new World().fill();
    const calls = await callsOf((killer) => clean.life(killer, killer.through(small(fileFor(-1)))));
    for (let at = 0; at < calls; at++) {
      const path = fileFor(at);
      const world = await new World().fill();
      const killer = new Killer(at, at % 2 === 0 ? 'unsent' : 'unanswered');
      const torn = small(path);
      expect(await world.life(killer, killer.through(torn))).toBe(false);
      await torn.close();
      if (existsSync(path) && !(await world.isDone())) appendFileSync(path, 'torn');
      await world.finish(small(path));
      const body = readFileSync(path);
      const text = (name.endsWith('.gz') ? gunzipSync(body) : body).toString();
      const lines = text.trim().split('\n');
      expect(lines.map((line) => (JSON.parse(line) as Envelope).metadata.id)).toEqual(idsOf(world.expected));
    }
  });
});
