import fc from 'fast-check';
import type { Envelope } from '../../events/envelope.ts';
import type { ReplayTarget } from '../../processors/replay/target.ts';
import { busTarget } from '../../processors/replay/targets/bus.ts';
import { AfterwriteError } from '../../shared/model/errors.ts';
import { Killer } from '../support/faults/killer.ts';
import { claimsIn } from '../support/given/claims.ts';
import { idsOf, REPLAY } from '../support/given/replaying.ts';
import type { Failure } from '../support/memory/failingArchive.ts';
import { MemoryBus } from '../support/memory/memoryBus.ts';
import { MemoryTarget } from '../support/memory/memoryTarget.ts';
import { callsOf, World } from './world/replayWorld.ts';

/*
 * A replay that is killed at any outside call, and goes on, has sent each selected event under its own id and the one id of
 * the replay, in order per item, and has repeated at most the portion at hand, also where the archive was compacted in
 * between, and where it had to be restored.
 */

const FAILURES: readonly Failure[] = ['unsent', 'unanswered'];
const NO_RETRY = { retries: 0, minTimeout: 1, maxTimeout: 1 };

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

test.each([0, 1])(
  'compacted, and the objects removed, between the list and a read, behind %i portions',
  async (sent) => {
    const world = await new World().fill({ reviews: 30, batches: 20, each: 100 });
    const target = new MemoryTarget(700);
    const get = world.archive.get.bind(world.archive);
    let isRemoved = false;
    world.archive.get = async (key, range) => {
      if (!isRemoved && key.startsWith('v1/events/') && target.portions.length === sent) {
        isRemoved = true;
        await world.compact(48);
        await world.compact(96);
      }
      return get(key, range);
    };
    expect(await world.life(new Killer(), target)).toBe(true);
    expect(isRemoved).toBe(true);
    world.check(target.envelopes, 0);
  },
);

test('an object that is listed, and never there, stops it', async () => {
  const world = await new World().fill();
  let reads = 0;
  world.archive.get = async (key) => {
    reads++;
    throw new AfterwriteError('NOT_FOUND', `no ${key}`, { mend: 'none' });
  };
  await expect(world.life(new Killer(), new MemoryTarget())).rejects.toMatchObject({ code: 'ARCHIVE_MOVED' });
  expect(reads).toBe(4);
  expect(await recordOf(world)).toMatchObject({ state: 'stopped', reason: expect.stringMatching(/^ARCHIVE_MOVED/) });
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
