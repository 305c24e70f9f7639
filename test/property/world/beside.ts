import type { RepairContext } from '../../../processors/statistics/repair.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import { keyOf } from '../../../shared/stream/change.ts';
import { act } from '../../simulation/history.ts';
import { below, type Random, randomFrom } from '../../simulation/random.ts';
import type { Cast } from '../../simulation/systems/cast.ts';
import { parcelsCast } from '../../simulation/systems/parcels.ts';
import { reviewerCast } from '../../simulation/systems/reviewer.ts';
import { Trace } from '../../simulation/trace.ts';
import { World } from '../../simulation/world.ts';
import { memoryStreamSource } from '../../support/memory/memoryStreamSource.ts';

const NOW = Date.parse('2026-02-01T10:00:00.000Z');
const SOUND = { diesAtCall: undefined, hangsAtCall: undefined, hangsIn: undefined, failing: 0, slow: 0, leased: false };

export interface Story {
  readonly seed: number;
  /** Items that were written, and forgotten by the stream, before afterwrite was there. */
  readonly before: number;
  readonly acts: number;
}

/** Between the steps of what is tested, users write, and the pipeline works on. */
export class Beside {
  readonly world: World;
  readonly #random: Random;
  #acts: number;

  /** @param given whose system it is; absent: any of those that there are */
  constructor({ seed, before, acts }: Story, given?: Cast) {
    this.#random = randomFrom(seed);
    this.#acts = acts;
    const cast = given ?? (this.#random() < 0.5 ? reviewerCast : parcelsCast);
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
    clock: { now: () => this.world.clock.now() },
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
