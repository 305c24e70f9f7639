import '../simulation/syncZlib.ts';
import fc from 'fast-check';
import type { Envelope } from '../../events/envelope.ts';
import { backfill, wouldBackfill } from '../../processors/backfill/backfill.ts';
import { planBackfill } from '../../processors/backfill/plan.ts';
import type { BackfillContext } from '../../processors/backfill/run.ts';
import { repair } from '../../processors/statistics/rebuild.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import { keyId } from '../../shared/model/keys.ts';
import { unnotedDue } from '../../shared/state/due.ts';
import { keyOf } from '../../shared/stream/change.ts';
import { dueOfStored } from '../../shared/stream/due.ts';
import { readMark } from '../../shared/stream/mark.ts';
import { brokenHistory, brokenJournal } from '../simulation/laws/archive.ts';
import { brokenCauses } from '../simulation/laws/causes.ts';
import { brokenEvents } from '../simulation/laws/events.ts';
import { brokenStatistics } from '../simulation/laws/statistics.ts';
import { reviewerCast } from '../simulation/systems/reviewer.ts';
import type { World } from '../simulation/world.ts';
import { type Death, Door, Killed } from '../support/faults/door.ts';
import { memoryStreamSource } from '../support/memory/memoryStreamSource.ts';
import { Beside, type Story } from './world/beside.ts';

/**
 * THE LAW: each item that stood when the stream was begun to be read for the last time, and that nobody has written since, has what can
 * be derived from it, and is noted where it comes due, however writes fall between the steps, and wherever the backfill was killed and begun again. No event comes of
 * it, and no statistic changes.
 */
const RUNS = 30;

/** So often users have acted before it begins. */
const BEFORE = 6;

const story = fc.record({ seed: fc.nat(), before: fc.oneof(fc.constant(0), fc.nat(8)), acts: fc.nat(40) });

/** Users write between its steps; what stood when the stream was begun to be read is remembered. */
class Backfilling {
  readonly beside: Beside;
  /** The stream has forgotten some writes: nobody can tell their events. */
  readonly #isNew: boolean;
  stood = new Map<string, Attributes>();

  constructor(one: Story) {
    this.beside = new Beside(one, reviewerCast);
    this.#isNew = one.before === 0;
  }

  async begin(): Promise<void> {
    for (let i = 0; i < BEFORE; i++) await this.beside.happens();
  }

  get world(): World {
    return this.beside.world;
  }

  run(door = new Door()) {
    const { beside } = this;
    const options = { ...beside.options, random: () => 0 };
    return backfill(this.#context(door), options);
  }

  #context(door: Door): BackfillContext {
    const { beside, world } = this;
    const { system, state, clock } = world;
    const happens = async <Result>(act: () => Promise<Result>): Promise<Result> => {
      await beside.happens();
      return act();
    };
    const table = door.guard(world.table);
    const remember = (): void => {
      this.stood = new Map(world.table.items.map((item) => [keyId(keyOf(system.table, item)), item]));
    };
    return {
      system,
      state: door.guard(state),
      clock,
      table: {
        read: (keys) => happens(() => table.read(keys)),
        backfill: (all) => happens(() => table.backfill(all)),
        async *pages(after) {
          for await (const page of table.pages(after)) {
            yield page;
            await beside.happens();
          }
          remember();
        },
      },
      stream: async () => {
        const source = door.guard(memoryStreamSource(world.table.stream));
        return {
          ...source,
          stream: world.table.stream.name,
          open: (shard, after) => happens(() => source.open(shard, after)),
          read: (iterator) => happens(() => source.read(iterator)),
          shards: () => {
            remember();
            return source.shards();
          },
        };
      },
    };
  }

  /** Items that stood then, stand still, and lack something. */
  lacking(): string[] {
    const { system, table } = this.world;
    return table.items.flatMap((item) => {
      const id = keyId(keyOf(system.table, item));
      return this.stood.get(id) === item && planBackfill(system, item)?.backfilling ? [id] : [];
    });
  }

  /** Items that stood then, stand still, and come due without anybody knowing. */
  async unnoted(): Promise<string[]> {
    const { system, table, state } = this.world;
    const stand = table.items.filter((item) => this.stood.get(keyId(keyOf(system.table, item))) === item);
    const due = stand.flatMap((item) => dueOfStored(system, item, 0));
    return (await unnotedDue(state, due)).map(({ source }) => keyId(source));
  }

  /** The records of its writes. */
  get written() {
    return this.world.table.stream.records.filter(({ old, new: now }) => {
      const told = readMark(now)?.backfilled;
      return told !== undefined && told !== readMark(old)?.backfilled && old !== undefined;
    });
  }

  async holdsAll(): Promise<void> {
    const { beside, world } = this;
    await repair(beside.context, beside.options);
    await beside.end();
    const broken = [...(await brokenStatistics(world)), ...(await brokenHistory(world)), ...brokenCauses(world)];
    expect(broken).toEqual([]);
    if (this.#isNew) expect([...(await brokenEvents(world)), ...brokenJournal(world)]).toEqual([]);
    const causes = new Set(world.bus.taken.map(({ detail }) => (JSON.parse(detail) as Envelope).metadata.causationId));
    expect(this.written.filter(({ eventId }) => causes.has(eventId))).toEqual([]);
  }
}

test('nothing that stood lacks anything, whatever is written meanwhile; all promises hold on', async () => {
  let written = 0;
  await fc.assert(
    fc.asyncProperty(story, fc.boolean(), async (one, running) => {
      const backfilling = new Backfilling(one);
      if (running) backfilling.beside.start();
      await backfilling.begin();
      const { isOver } = await backfilling.run();
      expect([isOver, backfilling.lacking(), await backfilling.unnoted()]).toEqual([true, [], []]);
      written += backfilling.written.length;
      await backfilling.holdsAll();
    }),
    { numRuns: RUNS },
  );
  expect(written).toBeGreaterThan(RUNS);
});

test.each<Death>(['unsent', 'unanswered'])(
  'killed in each call (%s), by number: begun again it goes on',
  async (how) => {
    let calls = 0;
    for (let at = 0; ; at++) {
      // The stream tells nothing of what was there.
      const backfilling = new Backfilling({ seed: 7, before: 30, acts: 0 });
      const { table } = backfilling.world;
      const door = new Door(at, how);
      const killed = await backfilling.run(door).catch(killedAlone);
      const done = backfilling.written.length;
      const { items, isOver } = await backfilling.run();
      expect([at, isOver, backfilling.lacking()]).toEqual([at, true, []]);
      expect([at, items]).toEqual([at, table.items.length]);
      const keys = backfilling.written.map(({ keys: of }) => JSON.stringify(of));
      expect([at, new Set(keys).size]).toEqual([at, keys.length]);
      expect(done).toBeLessThanOrEqual(keys.length);
      if (killed) break;
      calls = at;
    }
    expect(calls).toBeGreaterThan(15);
  },
);

function killedAlone(error: unknown): undefined {
  if (!(error instanceof Killed)) throw error;
}

test('killed in any call, and begun again: the same, and once nobody writes any more there is nothing to add', async () => {
  let deaths = 0;
  await fc.assert(
    fc.asyncProperty(story, fc.nat(40), fc.constantFrom<Death>('unsent', 'unanswered'), async (one, at, how) => {
      const backfilling = new Backfilling(one);
      const door = new Door(at, how);
      await backfilling.begin();
      await backfilling.run(door).catch(killedAlone);
      if (door.isDead) deaths++;
      const { isOver } = await backfilling.run();
      expect([isOver, backfilling.lacking(), await backfilling.unnoted()]).toEqual([true, [], []]);
      await backfilling.holdsAll();
      await backfilling.run();
      const { table, system, state } = backfilling.world;
      expect(await wouldBackfill({ system, table, state }, { signal: new AbortController().signal })).toMatchObject({
        items: table.items.length,
        backfilled: 0,
        noted: 0,
        added: [],
      });
    }),
    { numRuns: RUNS },
  );
  expect(deaths).toBeGreaterThan(RUNS / 3);
});
