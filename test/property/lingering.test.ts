import { systemClock } from '../../shared/ports/clock.ts';
import '../simulation/syncZlib.ts';
import fc from 'fast-check';
import { compareShadow } from '../../processors/replay/shadow.ts';
import { statisticsSteps } from '../../processors/statistics/handler.ts';
import { verify } from '../../processors/statistics/verify.ts';
import { Lineage } from '../../shared/stream/lineage.ts';
import { workOff } from '../../shared/stream/workOff.ts';
import { brokenEvents } from '../simulation/laws/events.ts';
import { below, chance, randomFrom } from '../simulation/random.ts';
import type { Cast } from '../simulation/systems/cast.ts';
import { Trace } from '../simulation/trace.ts';
import { World } from '../simulation/world.ts';
import { crews, keyOfPost, LINGERS_MS, type Post, postItem } from '../support/given/crews.ts';
import { memoryStreamSource } from '../support/memory/memoryStreamSource.ts';

const NOW = Date.parse('2026-02-01T10:00:00.000Z');
const RUNS = 30;
const NAMES = ['n1', 'n2', 'n3'];

/** What becomes of a sailor; `insertFirst`: a move inserts before it deletes. */
interface Act {
  readonly name: string;
  readonly insertFirst: boolean;
  readonly leaves: boolean;
}

const anyAct: fc.Arbitrary<Act> = fc.record({
  name: fc.constantFrom(...NAMES),
  insertFirst: fc.boolean(),
  leaves: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
});

class Crew {
  readonly world = new World({ system: crews } as Cast, new Trace(), { firstSequence: 95n, now: NOW });
  readonly posts = new Map<string, Post>();
  /** By name, what must be told. */
  readonly expected = new Map<string, string[]>(NAMES.map((name) => [name, []]));
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = randomFrom(seed);
  }

  async act({ name, insertFirst, leaves }: Act): Promise<void> {
    const { table } = this.world;
    const post = this.posts.get(name);
    // Of several moves in a row that lie unread in different shards, only what comes of them can be told.
    if (post !== undefined) await this.end();
    const told = this.expected.get(name) ?? [];
    if (post === undefined) {
      table.put(postItem(name, 'mate'));
      this.posts.set(name, 'mate');
      told.push('Joined mate');
    } else if (leaves) {
      table.remove(keyOfPost(name, post));
      this.posts.delete(name);
      told.push(`Left ${post}`);
      // Who comes back later has left and joined.
      await this.#settle();
    } else {
      const next = post === 'mate' ? 'captain' : 'mate';
      const isPoison = chance(this.#random, 0.3);
      const inserted = { ...postItem(name, next), ...(isPoison && { ship: { N: '1' } }) };
      const steps = [() => table.remove(keyOfPost(name, post)), () => table.put(inserted)];
      for (const step of insertFirst ? steps.reverse() : steps) {
        step();
        await this.#meanwhile(3);
      }
      if (isPoison) await this.#mend(name, next);
      this.posts.set(name, next);
      told.push(`Moved ${post} to ${next}`);
    }
    await this.#meanwhile(6);
    // All readers are away for longer than anything lingers.
    if (chance(this.#random, 0.2)) {
      await this.world.stopAll();
      this.world.clock.advance(12 * LINGERS_MS);
    }
  }

  /** A person looks after it late: writes it as it should be, and gives up what is parked of it. */
  async #mend(name: string, post: Post): Promise<void> {
    const { system, state, table } = this.world;
    await this.#settle();
    table.put(postItem(name, post));
    await this.end();
    const lineage = new Lineage(memoryStreamSource(table.stream));
    const work = { how: 'drop', key: keyOfPost(name, post), by: 'me', takeOver: true } as const;
    const { ended } = await workOff(statisticsSteps(system, { table, state, lineage }), { system, state }, work);
    expect(ended).toBe('opened');
    await this.end();
  }

  /** Somebody reads on, dies, and shards come and go. */
  async #meanwhile(turns: number): Promise<void> {
    const { world } = this;
    const random = this.#random;
    const fate = {
      random,
      diesAtCall: 25,
      hangsAtCall: undefined,
      hangsIn: undefined,
      failing: 0.05,
      slow: 0,
      leased: false,
    };
    if (world.working.length === 0 && chance(random, 0.8)) world.start(fate);
    const open = world.table.stream.shards.filter(({ closed }) => !closed);
    if (chance(random, 0.1)) world.table.stream.split(open[below(random, open.length)]?.id ?? '');
    await world.turn(below(random, turns + 1));
  }

  async #settle(): Promise<void> {
    await this.end();
    this.world.clock.advance(12 * LINGERS_MS);
    await this.end();
  }

  async end(): Promise<void> {
    await this.world.readToTheEnd(() => 0.9);
  }
}

/** THE LAW: one that moves to another key is told of once, as moved; however the two writes are ordered, cut into batches, late or parked. */
test('a promotion is one move, neither left nor joined', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyAct, { minLength: 2, maxLength: 12 }), fc.nat(), async (acts, seed) => {
      const crew = new Crew(seed);
      for (const act of acts) await crew.act(act);
      await crew.end();
      const { world, expected } = crew;
      expect(world.failures).toEqual([]);
      expect(await brokenEvents(world)).toEqual([]);
      const published = new Map(world.bus.taken.map((entry) => [JSON.parse(entry.detail).metadata.id, entry]));
      const told = new Map<string, string[]>(NAMES.map((name) => [name, []]));
      for (const { detailType, detail } of published.values()) {
        const { name, what } = JSON.parse(detail).data;
        told.get(name)?.push(`${detailType} ${what}`);
      }
      expect(told).toEqual(expected);
      const { system, names, state, table } = world;
      const ports = { archive: world.archive.store, state, table };
      const stream = async () => memoryStreamSource(table.stream);
      const options = { clock: systemClock, pause: async () => {}, signal: new AbortController().signal };
      expect((await verify({ system, names, ...ports, stream }, options)).drifts).toEqual([]);
      expect((await compareShadow(system, names, ports)).drifts).toEqual([]);
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
});
