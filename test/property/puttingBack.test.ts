import fc from 'fast-check';
import type { Attributes } from '../../shared/model/attribute.ts';
import { DAY_MS } from '../../shared/model/retention.ts';
import { decodeChange } from '../../shared/stream/change.ts';
import { readMark, withoutMark } from '../../shared/stream/mark.ts';
import { reviewer } from '../../shared/systems/reviewer.ts';
import { Killer } from '../support/faults/killer.ts';
import { REPLAY } from '../support/given/replaying.ts';
import { DepartedWorld, type Step } from './world/departedWorld.ts';
import { callsOf } from './world/replayWorld.ts';

/*
 * A replay into the table puts back what was archived or has expired, as it was last, where it is absent: nothing that is
 * there changes, nothing that a user deleted comes back, and nothing is written twice, wherever it is killed.
 */

const ITEMS = 5;

const steps = fc.array(
  fc.tuple(fc.nat(ITEMS - 1), fc.constantFrom<Step>('write', 'write', 'delete', 'archive', 'expire')),
  { maxLength: 30, size: 'max' },
);

async function worldOf(history: readonly (readonly [number, Step])[]): Promise<DepartedWorld> {
  const world = new DepartedWorld();
  for (const [n, step] of history) await world.step(n, step);
  return world;
}

const withoutExpiry = ({ expiresAt: _, ...item }: Attributes): Attributes => item;

/** @param before what the table held when the replay began */
async function check(world: DepartedWorld, before: ReadonlyMap<number, Attributes | undefined>): Promise<void> {
  let back = 0;
  for (let n = 0; n < ITEMS; n++) {
    const stored = world.table.item(world.keyOf(n));
    const was = before.get(n);
    if (was) expect(stored).toEqual(was);
    else {
      const left = world.departed.get(n);
      expect(stored && withoutMark(stored)).toEqual(left && withoutExpiry(left));
      if (stored) back++;
      if (stored) expect(readMark(stored)?.restored).toBeDefined();
    }
  }
  expect(world.writes).toBe(back);
  expect(await world.state.get('REPLAY', REPLAY)).toMatchObject({
    state: 'done',
    // Without a journal nobody knows which of them are there again.
    sent: world.isJournalLost ? world.bundled.size : back,
  });
  for (const record of back === 0 ? [] : world.table.stream.records.slice(-back))
    expect(decodeChange(reviewer, record, 'stream', 'shard-1').cause).toBe('restored');
}

const itemsOf = (world: DepartedWorld): Map<number, Attributes | undefined> =>
  new Map(Array.from({ length: ITEMS }, (_, n) => [n, world.table.item(world.keyOf(n))]));

test('whatever came and went, what left by itself is back as it was', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.boolean(), fc.boolean(), async (history, isCompacted, isCold) => {
      const world = await worldOf(history);
      if (isCompacted) await world.compact();
      if (isCold) await world.cool('v1/segments/', 'v1/bundles/');
      world.clock.advance(2 * DAY_MS);
      const before = itemsOf(world);
      expect(await world.life(new Killer())).toBe(true);
      await check(world, before);
    }),
    { numRuns: 200 },
  );
});

test('where the journal lives no more, bundles tell what was archived', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      const world = await worldOf(
        history.map(([n, step]) => [n, step === 'expire' || step === 'delete' ? 'write' : step]),
      );
      await world.loseJournal();
      await world.cool('v1/bundles/');
      world.clock.advance(2 * DAY_MS);
      const before = itemsOf(world);
      expect(await world.life(new Killer())).toBe(true);
      await check(world, before);
    }),
    { numRuns: 100 },
  );
});

const HISTORY: readonly (readonly [number, Step])[] = [
  ...[0, 1, 2, 3, 4].map((n) => [n, 'write'] as const),
  [0, 'archive'],
  [1, 'expire'],
  [2, 'archive'],
  [3, 'archive'],
  [3, 'write'],
  [3, 'delete'],
  [2, 'write'],
  [2, 'archive'],
];

describe.each(['whole', 'without a journal'] as const)('an archive %s', (how) => {
  async function filled(): Promise<DepartedWorld> {
    const world = await worldOf(
      how === 'whole' ? HISTORY : HISTORY.filter(([, step]) => step !== 'delete' && step !== 'expire'),
    );
    if (how === 'without a journal') await world.loseJournal();
    else await world.compact();
    await world.cool('v1/segments/', 'v1/bundles/');
    world.clock.advance(2 * DAY_MS);
    return world;
  }

  test.each(['unsent', 'unanswered'] as const)(
    'killed at each outside call in turn, %s, it goes on',
    async (failure) => {
      const clean = await filled();
      const calls = await callsOf((killer) => clean.life(killer));
      expect(calls).toBeGreaterThan(15);
      for (let at = 0; at < calls; at++) {
        const world = await filled();
        const before = itemsOf(world);
        expect(await world.life(new Killer(at, failure))).toBe(false);
        if ((await world.state.get('REPLAY', REPLAY))?.state !== 'done')
          expect(await world.life(new Killer())).toBe(true);
        await check(world, before);
      }
    },
  );
});

test('by key, entity and time', async () => {
  const world = await worldOf(HISTORY);
  world.clock.advance(2 * DAY_MS);
  const only = async (selection: object): Promise<boolean[]> => {
    await world.state.remove('REPLAY', REPLAY);
    expect(await world.life(new Killer(), { selection })).toBe(true);
    return [0, 1, 2].map((n) => world.table.item(world.keyOf(n)) !== undefined);
  };
  expect(await only({ entity: 'finding' })).toEqual([false, false, false]);
  expect(await only({ to: '2000-01-01T00:00:00.000Z' })).toEqual([false, false, false]);
  expect(await only({ key: 'REVIEW#r1/VERSION#1' })).toEqual([false, true, false]);
  expect(await only({ entity: 'version', from: '2000-01-01T00:00:00.000Z' })).toEqual([true, true, true]);
});
