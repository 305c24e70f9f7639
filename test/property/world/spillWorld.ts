import '../../simulation/syncZlib.ts';
import fc from 'fast-check';
import type { Envelope } from '../../../events/envelope.ts';
import { type Drainer, drain } from '../../../processors/fanout/drain.ts';
import { asksForEvents, fanoutProcessor } from '../../../processors/fanout/handler.ts';
import { spillingProcessor } from '../../../processors/fanout/spilling.ts';
import { listSpilled, spillPlace } from '../../../shared/archive/spilled.ts';
import { isAfterwriteError } from '../../../shared/model/errors.ts';
import { namesOf } from '../../../shared/model/names.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import { listSpills } from '../../../shared/state/spill.ts';
import { Ancestry } from '../../../shared/stream/ancestry.ts';
import type { Change } from '../../../shared/stream/change.ts';
import type { Processor } from '../../../shared/stream/processor.ts';
import { claimsIn } from '../../support/given/claims.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';
import { MemoryBus } from '../../support/memory/memoryBus.ts';
import { memoryState } from '../../support/memory/memoryState.ts';
import { notes, noteWritten } from './notes.ts';

const PLACE = spillPlace(notes, namesOf(notes, 'test'));
const ONCE = { retries: 0, minTimeout: 0, maxTimeout: 0 };
const SHARDS = [
  { id: 'parent', parent: undefined },
  { id: 'child', parent: 'parent' },
];
const TRIES = 6;

export interface SpillStory {
  /** Which item each change is of; as many changes in the child shard as in its parent. */
  readonly items: readonly string[];
  /** Sizes of the batches of each reader that is started, one after the other where one dies. Two read at once. */
  readonly readers: readonly { readonly batch: number; readonly diesAtCall: number | undefined }[];
  readonly drainers: readonly { readonly turns: number; readonly diesAtCall: number | undefined }[];
  /** By the number of a put: whether the bus is out then. */
  readonly out: readonly boolean[];
}

const diesAtCall = fc.option(fc.integer({ min: 1, max: 25 }), { nil: undefined });

export const spillStories: fc.Arbitrary<SpillStory> = fc.record({
  items: fc.array(fc.constantFrom('a', 'b'), { minLength: 2, maxLength: 6 }),
  readers: fc.array(fc.record({ batch: fc.integer({ min: 1, max: 4 }), diesAtCall }), { minLength: 2, maxLength: 4 }),
  drainers: fc.array(fc.record({ turns: fc.integer({ min: 1, max: 4 }), diesAtCall }), { minLength: 1, maxLength: 2 }),
  out: fc.array(fc.boolean(), { minLength: 1, maxLength: 12, size: 'max' }),
});

class Crash extends Error {}

/** A parent shard and its child, read by processes that do not know of each other, and drained by others, in any order of calls. */
export class SpillWorld {
  readonly bus = new MemoryBus();
  readonly archive = new MemoryArchive();
  readonly state = memoryState();
  readonly changes: ReadonlyMap<string, readonly Change[]>;
  readonly failures: unknown[] = [];
  readonly #story: SpillStory;
  readonly #scheduler: fc.Scheduler | undefined;
  readonly #done = new Map<string, number>();
  #puts = 0;
  #ids = 0;
  #isHealthy = false;

  constructor(story: SpillStory, scheduler: fc.Scheduler) {
    this.#story = story;
    this.#scheduler = scheduler;
    this.changes = new Map(SHARDS.map(({ id }, s) => [id, story.items.map((item, i) => noteWritten(id, s, item, i))]));
  }

  async tell(): Promise<void> {
    const [one = [], two = []] = [0, 1].map((side) => this.#story.readers.filter((_, i) => i % 2 === side));
    const readers = [one, two].map(async (lives) => {
      for (const { batch, diesAtCall } of lives) await this.#outlive(() => this.#read(batch, diesAtCall));
    });
    const drainers = this.#story.drainers.map((life) => this.#outlive(() => this.#drain(life.turns, life.diesAtCall)));
    await this.#scheduler?.waitFor(Promise.all([...readers, ...drainers]));
  }

  /** The bus is well, one reader reads the rest, one drainer drains it. */
  async end(): Promise<void> {
    this.#isHealthy = true;
    await this.#scheduler?.waitFor(
      (async () => {
        await this.#read(3, undefined);
        await this.#drain(3, undefined);
      })(),
    );
  }

  get published(): Envelope['metadata'][] {
    return this.bus.taken.map(({ detail }) => (JSON.parse(detail) as Envelope).metadata);
  }

  async left(): Promise<string[]> {
    const left = (await listSpills(this.state)).map(({ shard }) => `record of ${shard}`);
    for await (const { key } of listSpilled(this.archive, PLACE)) left.push(key);
    return left;
  }

  async #read(batch: number, dies: number | undefined): Promise<void> {
    const { live } = this.#process(dies);
    for (const { id } of SHARDS) {
      const changes = this.changes.get(id) ?? [];
      for (let at = this.#done.get(id) ?? 0; at < changes.length; at += batch) {
        await persistently(() => live.process(changes.slice(at, at + batch)));
        this.#done.set(id, Math.max(this.#done.get(id) ?? 0, Math.min(at + batch, changes.length)));
      }
    }
  }

  async #drain(turns: number, dies: number | undefined): Promise<void> {
    const { drainer } = this.#process(dies);
    for (let turn = 0; turn < turns; turn++) await drain(drainer, new AbortController().signal);
  }

  #process(dies: number | undefined): { live: Processor; drainer: Drainer } {
    const wire = this.#wire(dies);
    const state = wire('state', this.state);
    const archive = wire('archive', this.archive);
    const bus = wire('bus', { name: 'bus', describe: async () => {}, put: this.#put });
    const origin = { stage: 'test', table: 'notes' };
    const claims = claimsIn(archive);
    const inner = fanoutProcessor(notes, origin, { bus, claims, state, log: silentLog, retry: ONCE });
    const ancestry = new Ancestry({ shards: async () => SHARDS });
    const spill = { state, archive, place: PLACE, ancestry, log: silentLog };
    const own = { ...spill, clock: { now: () => 0 }, newId: () => String(this.#ids++) };
    return {
      live: spillingProcessor(inner, asksForEvents(notes, origin, claims), own),
      drainer: { ...spill, system: notes, inner },
    };
  }

  readonly #put: MemoryBus['put'] = (entries) => {
    const { out } = this.#story;
    this.bus.isOut = !this.#isHealthy && out[this.#puts++ % out.length] === true;
    return this.bus.put(entries);
  };

  /** Every call of a process waits for its turn, before it is made and before it is answered; and one may be its last. */
  #wire(dies: number | undefined): <Port extends object>(what: string, port: Port) => Port {
    let calls = 0;
    const turn = async (label: string): Promise<void> => {
      await this.#scheduler?.schedule(Promise.resolve(), label);
      if (dies !== undefined && ++calls >= dies) throw new Crash('dies');
    };
    return (what, port) =>
      new Proxy(port, {
        get: (target, name) => {
          const member: unknown = Reflect.get(target, name);
          if (typeof member !== 'function') return member;
          const label = `${what}.${String(name)}`;
          if (name === 'query' || name === 'list' || name === 'prefixes')
            return (...given: unknown[]) => paged(turn, label, () => member.apply(target, given));
          return async (...given: unknown[]) => {
            await turn(label);
            const answer: unknown = await member.apply(target, given);
            await turn(`${label} answers`);
            return answer;
          };
        },
      });
  }

  async #outlive(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Crash)) this.failures.push(error);
    }
  }
}

async function* paged(
  turn: (label: string) => Promise<void>,
  label: string,
  list: () => AsyncIterable<unknown>,
): AsyncIterable<unknown> {
  await turn(label);
  const entries: unknown[] = [];
  for await (const entry of list()) entries.push(entry);
  await turn(`${label} answers`);
  yield* entries;
}

/** What passes is tried again, as readers do. */
async function persistently(attempt: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!isAfterwriteError(error) || !error.retry || tries === TRIES) throw error;
    }
  }
}
