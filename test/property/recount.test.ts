import '../simulation/syncZlib.ts';
import fc from 'fast-check';
import { rebuild, repair } from '../../processors/statistics/rebuild.ts';
import type { RepairContext } from '../../processors/statistics/repair.ts';
import { verify } from '../../processors/statistics/verify.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import { silentLog } from '../../shared/ports/log.ts';
import { loadGenerations } from '../../shared/state/generations.ts';
import { keyOf } from '../../shared/stream/change.ts';
import { act } from '../simulation/history.ts';
import { brokenStatistics } from '../simulation/laws/statistics.ts';
import { below, type Random, randomFrom } from '../simulation/random.ts';
import { parcelsCast } from '../simulation/systems/parcels.ts';
import { reviewerCast } from '../simulation/systems/reviewer.ts';
import { Trace } from '../simulation/trace.ts';
import { World } from '../simulation/world.ts';
import { memoryStreamSource } from '../support/memory/memoryStreamSource.ts';

/**
 * THE LAW: verify, repair, rebuild and attach are exact while writes go on. Whatever is written between any two of
 * their steps, nothing that is right is called wrong, nothing is lost and nothing is counted twice.
 */
const RUNS = 60;
const NOW = Date.parse('2026-02-01T10:00:00.000Z');
const SOUND = { diesAtCall: undefined, hangsAtCall: undefined, hangsIn: undefined, failing: 0, slow: 0, leased: false };

/** Between the steps of what is tested, users write, and the pipeline works on. */
class Beside {
  readonly world: World;
  readonly #random: Random;
  #acts: number;

  /** @param before items that were written, and forgotten by the stream, before afterwrite was there */
  constructor({ seed, before, acts }: { seed: number; before: number; acts: number }) {
    this.#random = randomFrom(seed);
    this.#acts = acts;
    const cast = this.#random() < 0.5 ? reviewerCast : parcelsCast;
    this.world = new World(cast, new Trace(), { firstSequence: 95n, now: NOW });
    for (let i = 0; i < before; i++) this.world.table.put(cast.item(this.#random));
    this.world.table.stream.trim('shard-1', this.world.table.stream.records.length);
  }

  async happens(): Promise<void> {
    for (let left = below(this.#random, 3); left > 0 && this.#acts > 0; left--, this.#acts--) {
      if (this.#random() < 0.05) this.#split();
      act(this.world, this.#random, 0);
    }
    if (this.#random() < 0.4) await this.world.turn(below(this.#random, 4));
  }

  start(): void {
    this.world.start({ ...SOUND, random: this.#random });
  }

  get context(): RepairContext {
    const { table, state, system, names } = this.world;
    const beside = this;
    const source = memoryStreamSource(table.stream);
    return {
      system,
      names,
      state,
      archive: this.world.archive.store,
      table: {
        async *scan() {
          for await (const item of table.scan()) {
            await beside.happens();
            yield* (await table.read([keyOf(system.table, item)])).values();
          }
        },
        replace: async (replacements) => {
          const outcomes: ('written' | 'conflict')[] = [];
          for (const one of replacements) {
            await beside.happens();
            outcomes.push(...(await table.replace([one])));
          }
          return outcomes;
        },
      },
      stream: async () => ({
        ...source,
        read: async (iterator) => {
          await beside.happens();
          return source.read(iterator);
        },
      }),
    };
  }

  /** Waiting turns the clock for everybody. */
  readonly options = {
    log: silentLog,
    signal: new AbortController().signal,
    pause: async () => {
      await this.happens();
      await this.world.turn(3);
    },
  };

  async end(): Promise<void> {
    while (this.#acts > 0) await this.happens();
    await this.world.readToTheEnd(this.#random);
    expect(this.world.failures).toEqual([]);
  }

  #split(): void {
    const { stream } = this.world.table;
    const open = stream.shards.filter(({ closed }) => !closed);
    stream.split(open[below(this.#random, open.length)]?.id ?? '', 2);
  }
}

const holds = (property: (beside: Beside) => Promise<void>, acts = fc.nat(24)): Promise<void> =>
  fc.assert(
    fc.asyncProperty(fc.record({ seed: fc.nat(), before: fc.nat(8), acts }), (one) => property(new Beside(one))),
    { numRuns: RUNS },
  );

test('attach: what was there before and what is written meanwhile count once', () =>
  holds(async (beside) => {
    await repair(beside.context, beside.options);
    await beside.end();
    expect(await brokenStatistics(beside.world)).toEqual([]);
  }));

test('attach beside a pipeline that runs already', () =>
  holds(async (beside) => {
    beside.start();
    await repair(beside.context, beside.options);
    await beside.end();
    expect(await brokenStatistics(beside.world)).toEqual([]);
  }));

test('attach fires no event, at no depth of statistics', () =>
  holds(async (beside) => {
    await repair(beside.context, beside.options);
    await beside.end();
    expect(beside.world.bus.taken).toEqual([]);
  }, fc.constant(0)));

test('verify finds nothing wrong with what is right, whatever is unread', () =>
  holds(async (beside) => {
    await repair(beside.context, beside.options);
    beside.start();
    for (let times = 0; times < 3; times++) expect((await verify(beside.context, beside.options)).drifts).toEqual([]);
    await beside.end();
  }));

test('what was spoiled is found, and repaired for good', () =>
  holds(async (beside) => {
    const { world } = beside;
    await repair(beside.context, beside.options);
    beside.start();
    await beside.happens();
    const own: Attributes[] = [];
    for await (const item of world.table.scan())
      if (item.afterwrite && 'M' in item.afterwrite && item.afterwrite.M.state) own.push(item);
    const [victim] = own;
    if (victim) world.table.remove(keyOf(world.system.table, victim));
    await repair(beside.context, beside.options);
    await beside.end();
    await repair(beside.context, beside.options);
    await beside.end();
    expect(await brokenStatistics(world)).toEqual([]);
  }));

test('rebuild writes each group anew, and changes no number', () =>
  holds(async (beside) => {
    await repair(beside.context, beside.options);
    beside.start();
    await beside.happens();
    await rebuild(beside.context, beside.world.system.statistics, beside.options);
    await beside.end();
    expect(await brokenStatistics(beside.world)).toEqual([]);
    const generations = [...(await loadGenerations(beside.world.state)).values()];
    expect(generations).toEqual(beside.world.system.statistics.map(() => ({ generation: 2, state: 'complete' })));
  }));
