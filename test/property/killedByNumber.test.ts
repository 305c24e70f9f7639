import '../simulation/syncZlib.ts';
import { auditArchive } from '../../processors/archive/audit/audit.ts';
import { readHistory } from '../../shared/archive/history.ts';
import { journalShelf } from '../../shared/archive/shelf.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import { DAY_MS } from '../../shared/model/retention.ts';
import { HOUR_MS } from '../../shared/model/time.ts';
import { reviewer } from '../../shared/systems/reviewer.ts';
import { type Death, Door, Killed } from '../support/faults/door.ts';
import { LeavingWorld } from '../support/given/leaving.ts';
import { lives } from '../support/given/review.ts';
import { versionItem } from '../support/given/reviewerItems.ts';

/* The archive's reader and the sweeper are killed in every call that they make, by number, in both ways; after each, the invariant. */

const START = Date.parse('2026-02-03T08:59:00.000Z');
const DUE = Date.parse('2026-02-03T08:00:00.000Z') + 400 * DAY_MS;
const [FINDING, OTHER] = lives.findings as [Attributes, Attributes];
const EXPIRED = { ...OTHER, expiresAt: { N: String(START / 1000 - 1) } };
const ITEMS = [lives.pending, lives.completed, FINDING, EXPIRED, lives.fix];
const DEATHS: readonly Death[] = ['unsent', 'unanswered'];

/** A history in two hours and three shards, with deletes and expiries. Nothing of it is read. */
function written(): LeavingWorld {
  const world = new LeavingWorld(reviewer, START);
  for (const item of ITEMS) world.table.put(item);
  world.table.stream.split('shard-1', 2);
  world.clock.advance(HOUR_MS);
  for (const reviewId of ['r2', 'r3', 'r4']) world.table.put(versionItem({ reviewId, status: 'failed' }));
  world.table.put(versionItem({ reviewId: 'r2', status: 'completed', riskScore: 7 }));
  world.table.remove({ pk: 'REVIEW#r3', sk: 'VERSION#1' });
  world.table.remove({ pk: 'REVIEW#r4', sk: 'VERSION#1' }, { byTtl: true });
  return world;
}

async function killed(work: (door: Door) => Promise<unknown>, door: Door): Promise<void> {
  try {
    await work(door);
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
  }
}

/** At any moment: what was counted as read is in the journal. Gives back how many records that is. */
async function counted({ system, names, archive, state, clock }: LeavingWorld): Promise<number> {
  const { findings, conserved } = await auditArchive(system, names, archive, { now: clock.now(), state });
  expect(findings.filter(({ level }) => level === 'hole')).toEqual([]);
  return conserved.records.user + conserved.records.derived;
}

/** When all is read: each record is counted once, and read once from the journal. */
async function isWhole(world: LeavingWorld): Promise<void> {
  const { system, names, archive, table } = world;
  expect(await counted(world)).toBe(table.stream.records.length);
  const ids: string[] = [];
  for await (const rows of readHistory(journalShelf(system, names, archive))) ids.push(...rows.map(({ id }) => id));
  expect(ids.sort()).toEqual(table.stream.records.map(({ eventId }) => eventId).sort());
}

test.each(DEATHS)('the archive reader, killed in any call (%s), has lost and doubled nothing', async (how) => {
  let calls = 0;
  for (let at = 0; ; at++) {
    const world = written();
    const door = new Door(at, how);
    await killed((through) => world.archiveAll(through), door);
    expect({ at, lost: await world.lost() }).toEqual({ at, lost: [] });
    await counted(world);
    await world.archiveAll(new Door(), 5);
    expect({ at, lost: await world.lost() }).toEqual({ at, lost: [] });
    await isWhole(world);
    if (!door.isDead) break;
    calls = at;
  }
  expect(calls).toBeGreaterThan(40);
});

/** A review that is due, all of it read; one of its findings had expired before. */
async function due(): Promise<LeavingWorld> {
  const world = new LeavingWorld(reviewer, START);
  for (const item of ITEMS) world.table.put(item);
  await world.readStatistics();
  world.table.remove({ pk: 'FINDING#f2', sk: 'REVIEW#r1' }, { byTtl: true });
  await world.archiveAll();
  return world;
}

test.each(DEATHS)('the sweeper, killed in any call (%s): what left is proven, the rest is there', async (how) => {
  let calls = 0;
  for (let at = 0; ; at++) {
    const world = await due();
    const door = new Door(at, how);
    await killed((through) => world.sweep(DUE, through), door);
    expect({ at, lost: await world.lost() }).toEqual({ at, lost: [] });
    await world.sweep(DUE);
    expect(world.present(ITEMS)).toEqual([]);
    expect({ at, lost: await world.lost() }).toEqual({ at, lost: [] });
    await world.readStatistics();
    await world.archiveAll();
    await isWhole(world);
    if (!door.isDead) break;
    calls = at;
  }
  expect(calls).toBeGreaterThan(20);
});

test.each(DEATHS)(
  'the sweeper, killed in any call (%s) and the review written on meanwhile: all is back',
  async (how) => {
    const on = {
      ...lives.fix,
      SK: { S: 'VERSION#4' },
      version: { N: '4' },
      createdAt: { S: '2027-03-01T00:00:00.000Z' },
    };
    const left = ITEMS.filter((item) => item !== EXPIRED);
    for (let at = 0; ; at += 1) {
      const world = await due();
      const door = new Door(at, how);
      await killed((through) => world.sweep(DUE, through), door);
      const wasGone = world.present(left).length === 0;
      world.table.put(on);
      await world.readStatistics();
      const present = world.present(left).length;
      // The journal does not tell yet who has deleted what is gone.
      await world.sweep(DUE);
      expect(world.present(left)).toHaveLength(present);
      await world.archiveAll();
      const again = new Door(at, how);
      await killed((through) => world.sweep(DUE, through), again);
      expect({ at, lost: await world.lost() }).toEqual({ at, lost: [] });
      await world.sweep(DUE);
      if (!wasGone) expect({ at, present: world.present(left).length }).toEqual({ at, present: left.length });
      expect({ at, lost: await world.lost() }).toEqual({ at, lost: [] });
      await world.readStatistics();
      await world.archiveAll();
      await isWhole(world);
      if (!door.isDead && !again.isDead) break;
    }
  },
);
