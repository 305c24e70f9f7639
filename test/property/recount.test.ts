import fc from 'fast-check';
import { rebuild, repair } from '../../processors/statistics/rebuild.ts';
import type { RepairContext } from '../../processors/statistics/repair.ts';
import { verify } from '../../processors/statistics/verify.ts';
import { namesOf } from '../../shared/model/names.ts';
import { silentLog } from '../../shared/ports/log.ts';
import { loadGenerations } from '../../shared/state/generations.ts';
import { MemoryArchive } from '../support/memory/memoryArchive.ts';
import { memoryStreamSource } from '../support/memory/memoryStreamSource.ts';
import { drifts } from './world/expected.ts';
import { type Act, perform, soundAct } from './world/history.ts';
import { below, randomFrom } from './world/random.ts';
import { World } from './world/world.ts';

/**
 * THE LAW: verify, repair, rebuild and attach are exact while writes go on. Whatever is written between any two of
 * their steps, nothing that is right is called wrong, nothing is lost and nothing is counted twice.
 */
const RUNS = 40;

interface Case {
  readonly seed: number;
  /** Written and forgotten by the stream, before afterwrite was there. */
  readonly before: readonly Act[];
  readonly acts: readonly Act[];
}

/** Nothing that counts on after it left: its departure would have to be in a journal, which this world has none of. */
const lasting = soundAct.filter(({ act }) => !['ttl', 'ttl-inferred', 'archive'].includes(act));
const cases = fc.record({
  seed: fc.nat(),
  before: fc.array(lasting, { maxLength: 8 }),
  acts: fc.array(lasting, { minLength: 1, maxLength: 24, size: 'max' }),
});

/** Between the steps of what is tested, users write, and the pipeline works on. */
class Beside {
  readonly world = new World();
  readonly #random: () => number;
  #acts: readonly Act[];

  constructor({ seed, before, acts }: Case) {
    this.#random = randomFrom(seed);
    this.#acts = acts;
    for (const act of before) void perform(act, this.world.table, this.world.archived);
    this.world.table.stream.shard('shard-1').records.length = 0;
  }

  async happens(): Promise<void> {
    const count = below(this.#random, 3);
    for (const act of this.#acts.slice(0, count)) void perform(act, this.world.table, this.world.archived);
    this.#acts = this.#acts.slice(count);
    if (this.#random() < 0.4) await this.world.turn(below(this.#random, 4));
  }

  start(): void {
    this.world.start({ random: this.#random, diesAtCall: undefined, failing: 0 });
  }

  get context(): RepairContext {
    const { table, state, system } = this.world;
    const beside = this;
    const source = memoryStreamSource(table.stream);
    return {
      system,
      names: namesOf(system, 'test'),
      state,
      archive: new MemoryArchive(),
      table: {
        async *scan() {
          for await (const item of table.scan()) {
            await beside.happens();
            const [now] = (await table.read([{ pk: text(item.PK), sk: text(item.SK) }])).values();
            if (now) yield now;
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
    while (this.#acts.length > 0) await this.happens();
    await this.world.readToTheEnd(this.#random);
    expect(this.world.failures).toEqual([]);
  }
}

const text = (attribute: unknown): string => (attribute as { S: string }).S;

const holds = (property: (beside: Beside) => Promise<void>): Promise<void> =>
  fc.assert(
    fc.asyncProperty(cases, (one) => property(new Beside(one))),
    { numRuns: RUNS },
  );

test('attach: what was there before and what is written meanwhile count once, and no event comes of the former', () =>
  holds(async (beside) => {
    await repair(beside.context, beside.options);
    await beside.end();
    expect(await drifts(beside.world)).toEqual([]);
  }));

test('attach beside a pipeline that runs already', () =>
  holds(async (beside) => {
    beside.start();
    await repair(beside.context, beside.options);
    await beside.end();
    expect(await drifts(beside.world)).toEqual([]);
  }));

test('verify finds nothing wrong with what is right, whatever is unread', () =>
  holds(async (beside) => {
    await repair(beside.context, beside.options);
    beside.start();
    for (let times = 0; times < 3; times++) expect((await verify(beside.context, beside.options)).drifts).toEqual([]);
  }));

test('rebuild writes each group anew, and changes no number', () =>
  holds(async (beside) => {
    await repair(beside.context, beside.options);
    beside.start();
    await beside.happens();
    await rebuild(beside.context, beside.world.system.statistics, beside.options);
    await beside.end();
    expect(await drifts(beside.world)).toEqual([]);
    const generations = [...(await loadGenerations(beside.world.state)).values()];
    expect(generations).toEqual(beside.world.system.statistics.map(() => ({ generation: 2, state: 'complete' })));
  }));
