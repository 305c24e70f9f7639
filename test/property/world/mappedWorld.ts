import { type MappingHandler, mappingHandler } from '../../../infra/aws/functions/mappingHandler.ts';
import { archiveProcessor } from '../../../processors/archive/handler.ts';
import { fanoutProcessor } from '../../../processors/fanout/handler.ts';
import { statisticsProcessor } from '../../../processors/statistics/handler.ts';
import { namesOf } from '../../../shared/model/names.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import { Lineage } from '../../../shared/stream/lineage.ts';
import { MappedShards } from '../../../shared/stream/mappedShards.ts';
import type { MappingEvent } from '../../../shared/stream/mappingEvent.ts';
import { below, between, chance, pick, type Random } from '../../simulation/random.ts';
import { claimsIn } from '../../support/given/claims.ts';
import { EventSourceMapping, type InvocationFate } from '../../support/invoker/mapping.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';
import { memoryStreamSource } from '../../support/memory/memoryStreamSource.ts';
import { SlowLifeline } from './parkingWorld.ts';
import { World } from './world.ts';

const ONCE = { retries: 0, minTimeout: 0, maxTimeout: 0 };
const MOST_STEPS = 5_000;
/** Of an invocation; what is kept back for the answer is most of the shortest. */
const [SHORTEST_MS, LONGEST_MS] = [2_010, 4_000];

class TimedOut extends Error {}

/** A world whose stream is delivered by two event source mappings to functions, in environments that come and go. */
export class MappedWorld extends World {
  readonly names = namesOf(this.system, 'test');
  readonly archive = new MemoryArchive();
  readonly mappings: Record<'live' | 'archive', EventSourceMapping>;
  readonly #random: Random;
  readonly #environments = new Map<string, MappingHandler>();
  /** Invocations that were given up and still run. */
  readonly #astray = new Set<Promise<unknown>>();

  constructor(random: Random, faults: number) {
    super();
    this.#random = random;
    this.mappings = { live: this.#mapping('live', faults), archive: this.#mapping('archive', faults) };
  }

  /** Some steps of either mapping. */
  async deliverSome(steps: number): Promise<void> {
    for (let i = 0; i < steps; i++) await pick(this.#random, Object.values(this.mappings)).step();
  }

  /** Until both are at the end, and nothing that was given up runs any more. */
  async deliverAll(): Promise<void> {
    for (let steps = 0; await this.#stepAll(); steps++)
      if (steps > MOST_STEPS) throw new Error('the mappings do not come to an end');
  }

  async #stepAll(): Promise<boolean> {
    let moved = false;
    for (const mapping of Object.values(this.mappings)) moved = (await mapping.step()) || moved;
    if (moved || this.#astray.size === 0) return moved;
    const ended = Promise.all(this.#astray);
    await this.#outlast(ended);
    return true;
  }

  #mapping(reader: 'live' | 'archive', faults: number): EventSourceMapping {
    const random = this.#random;
    return new EventSourceMapping({
      source: memoryStreamSource(this.table.stream, () => between(random, 1, 12)),
      settings: { batchSize: between(random, 1, 12), tumblingWindowMs: 1_000 * between(random, 1, 900), bisects: true },
      random,
      faults,
      invoke: (event, fate) => this.#invoke(reader, event, fate),
    });
  }

  async #invoke(reader: 'live' | 'archive', event: MappingEvent, fate: InvocationFate): Promise<unknown> {
    const known = chance(this.#random, 0.8) ? this.#environments.get(reader) : undefined;
    const handler = known ?? this.#environment(reader, fate === 'timed out');
    if (fate !== 'timed out') this.#environments.set(reader, handler);
    const until = this.clock.now() + between(this.#random, SHORTEST_MS, LONGEST_MS);
    const answer = handler(event, { getRemainingTimeInMillis: () => until - this.clock.now() });
    if (fate !== 'timed out') return this.#outlast(answer);
    const running = answer.catch(() => {}).finally(() => this.#astray.delete(running));
    this.#astray.add(running);
    for (let ticks = below(this.#random, 400); ticks > 0; ticks--) await undefined;
    throw new TimedOut();
  }

  /** Turns the clock while all wait for it. */
  async #outlast<Result>(work: Promise<Result>): Promise<Result> {
    let isOver = false;
    const end = (): void => {
      isOver = true;
    };
    work.then(end, end);
    for (let turns = 0; !isOver; turns++) {
      if (turns > MOST_STEPS) throw new Error('an invocation does not come to an end');
      await new Promise((resolve) => setImmediate(resolve));
      if (!isOver) this.clock.advanceToNext();
    }
    return work;
  }

  /** A process: with its faults, and dead one day. */
  #environment(reader: 'live' | 'archive', isOdd: boolean): MappingHandler {
    const random = this.#random;
    const diesAtCall = isOdd && chance(random, 0.5) ? below(random, 40) : undefined;
    const life = new SlowLifeline({ random, diesAtCall, failing: pick(random, [0, 0.02, 0.1]) }, this.clock);
    const { clock, system, origin } = this;
    const [table, state] = [life.table(this.#table()), life.state(this.state)];
    const source = life.source(memoryStreamSource(this.table.stream));
    const live = () => [
      statisticsProcessor(system, { table, state, lineage: new Lineage(source), log: silentLog }),
      fanoutProcessor(system, origin, {
        bus: life.bus(this.bus),
        claims: claimsIn(),
        state,
        log: silentLog,
        retry: ONCE,
      }),
    ];
    const processors =
      reader === 'live' ? live() : [archiveProcessor(system, this.names, { archive: this.archive, state })];
    const shared = {
      name: reader,
      system,
      source,
      state,
      processors,
      clock,
      pause: clock.pause,
      random,
      log: silentLog,
    };
    const context = { ...shared, shards: new MappedShards(), slice: between(random, 1, 3) };
    return mappingHandler(async () => ({ context }), clock.pause);
  }

  #table() {
    return {
      read: (keys: Parameters<typeof this.table.read>[0]) => this.table.read(keys),
      replace: (replacements: Parameters<typeof this.table.replace>[0]) => this.table.replace(replacements),
    };
  }
}
