import { AfterwriteError } from '../../shared/model/errors.ts';
import type { Key } from '../../shared/model/keys.ts';
import type { ArchiveStore } from '../../shared/ports/archiveStore.ts';
import type { EventBus } from '../../shared/ports/eventBus.ts';
import type { StateStore } from '../../shared/ports/stateStore.ts';
import type { StreamSource } from '../../shared/ports/streamSource.ts';
import type { Copy, TableStore } from '../../shared/ports/tableStore.ts';
import { below, chance, type Random } from './random.ts';

export class Crash extends Error {}

export interface Fate {
  readonly random: Random;
  /** The process dies in this call of a port, and after it none reaches anything. */
  readonly diesAtCall: number | undefined;
  /** From this call on the process hangs; woken, it goes on where it was, however long the others have gone on without it. */
  readonly hangsAtCall: number | undefined;
  /** Not in any call, but in the next of this name: what is long on its way is mostly a write that matters. */
  readonly hangsIn: string | undefined;
  /** The part of calls that fail in passing. */
  readonly failing: number;
  /** Shares the shards with others by leases; else reads all of them, whoever else does. */
  readonly leased: boolean;
  /** The part of calls that are long on their way, while the clock goes on. */
  readonly slow: number;
}

export interface Surroundings {
  readonly note: (text: string) => void;
  readonly pause: (ms: number) => Promise<void>;
}

const LONGEST_MS = 2_000;

/**
 * All that a process does goes through its lifeline: each call takes its time, may fail in passing, and may be the last
 * one. What fails may have been done all the same, as with an answer that got lost; what is slow may be done after the
 * process has died.
 */
export class Lifeline {
  readonly #fate: Fate;
  readonly #surroundings: Surroundings;
  #calls = 0;
  #dead = false;
  #hung = false;
  #asleep: { readonly until: Promise<void>; readonly wake: () => void } | undefined;

  constructor(fate: Fate, surroundings: Surroundings) {
    this.#fate = fate;
    this.#surroundings = surroundings;
  }

  get hangs(): boolean {
    return this.#asleep !== undefined;
  }

  wake(): void {
    this.#asleep?.wake();
    this.#asleep = undefined;
  }

  async call<Result>(name: string, act: () => Promise<Result>): Promise<Result> {
    const { random } = this.#fate;
    for (let ticks = below(random, 4); ticks > 0; ticks--) await undefined;
    if (this.#dead) throw new Crash('dead');
    const ending = await this.#onItsWay(name);
    if (ending === 'answered') return act();
    if (chance(random, 0.5)) await act();
    throw ending;
  }

  /** What becomes of a call: it is answered, or ends in an error, done or not. */
  async #onItsWay(name: string): Promise<'answered' | Error> {
    const { random, diesAtCall, failing, slow } = this.#fate;
    const call = ++this.#calls;
    this.#surroundings.note(`${call} ${name}`);
    if (call === diesAtCall) this.#dead = true;
    if (this.#hangsNow(call, name)) this.#sleep();
    if (chance(random, slow)) await this.#surroundings.pause(below(random, LONGEST_MS));
    if (this.#asleep) await this.#asleep.until;
    if (this.#dead) return new Crash('dies');
    if (chance(random, failing))
      return new AfterwriteError('THROTTLED', 'fails in passing', { retry: true, mend: 'it is tried again' });
    return 'answered';
  }

  #hangsNow(call: number, name: string): boolean {
    const { hangsAtCall, hangsIn } = this.#fate;
    if (this.#hung || hangsAtCall === undefined || call < hangsAtCall) return false;
    return hangsIn === undefined || name.startsWith(hangsIn);
  }

  #sleep(): void {
    this.#hung = true;
    this.#surroundings.note('hangs');
    let wake = (): void => {};
    const until = new Promise<void>((resolve) => {
      wake = resolve;
    });
    this.#asleep = { until, wake };
  }

  table(inner: TableStore): TableStore {
    return {
      read: (keys) => this.call('read', () => inner.read(keys)),
      replace: this.#each('replace', (one) => inner.replace([one])),
      putIfAbsent: this.#each('putIfAbsent', (one) => inner.putIfAbsent([one])),
      fill: this.#each('fill', (one) => inner.fill([one])),
      backfill: this.#each('backfill', (one) => inner.backfill([one])),
      mark: this.#each('mark', (one) => inner.mark([one])),
      unmark: this.#each('unmark', (key) => inner.unmark([key])),
      removeMarked: (copies, bundle) =>
        this.#each('removeMarked', (copy: Copy) => inner.removeMarked([copy], bundle))(copies),
      removeExpired: (keys, now) => this.#each('removeExpired', (key: Key) => inner.removeExpired([key], now))(keys),
      expired: (now) => this.#pages('expired', () => inner.expired(now)),
      partition: (pk) => this.#pages('partition', () => inner.partition(pk)),
      scan: () => this.#pages('scan', () => inner.scan()),
      pages: (after) => this.#pages('pages', () => inner.pages(after)),
      queryIndex: (index, partition, limit) => this.call('queryIndex', () => inner.queryIndex(index, partition, limit)),
    };
  }

  state(inner: StateStore): StateStore {
    return {
      get: (pk, sk) => this.call('state.get', () => inner.get(pk, sk)),
      getMany: (keys) => this.call('state.getMany', () => inner.getMany(keys)),
      put: async (records) => {
        for (const one of records) await this.call(`state.put ${one.sk}`, () => inner.put([one]));
      },
      putIfAbsent: (record) => this.call('state.putIfAbsent', () => inner.putIfAbsent(record)),
      putIf: (record, expected) => this.call('state.putIf', () => inner.putIf(record, expected)),
      remove: (pk, sk) => this.call('state.remove', () => inner.remove(pk, sk)),
      removeIf: (pk, sk, expected) => this.call('state.removeIf', () => inner.removeIf(pk, sk, expected)),
      query: (pk, range) => this.#pages('state.query', () => inner.query(pk, range)),
    };
  }

  source(inner: StreamSource): StreamSource {
    return {
      stream: inner.stream,
      shards: () => this.call('shards', () => inner.shards()),
      open: (shard, after) => this.call(`open ${shard} ${after}`, () => inner.open(shard, after)),
      read: (iterator) => this.call('read', () => inner.read(iterator)),
    };
  }

  bus(inner: EventBus): EventBus {
    return {
      name: inner.name,
      describe: () => this.call('describe', () => inner.describe()),
      put: (entries) => this.call('bus.put', () => inner.put(entries)),
    };
  }

  archive(inner: ArchiveStore): ArchiveStore {
    return {
      putIfAbsent: (key, body, options) => this.call(`put ${key}`, () => inner.putIfAbsent(key, body, options)),
      get: (key, range) => this.call('archive.get', () => inner.get(key, range)),
      readability: (key) => this.call('archive.readability', () => inner.readability(key)),
      restore: (key, ask) => this.call('archive.restore', () => inner.restore(key, ask)),
      move: (key, storageClass) => this.call('archive.move', () => inner.move(key, storageClass)),
      remove: (key) => this.call(`remove ${key}`, () => inner.remove(key)),
      erase: (key) => this.call(`erase ${key}`, () => inner.erase(key)),
      lockOf: (key) => this.call('archive.lockOf', () => inner.lockOf(key)),
      list: (prefix) => this.#pages('archive.list', () => inner.list(prefix)),
      prefixes: (prefix) => this.#pages('archive.prefixes', () => inner.prefixes(prefix)),
    };
  }

  /** One call an entry: any of them may be the one that fails. */
  #each<Entry, Outcome>(
    name: string,
    act: (entry: Entry) => Promise<Outcome[]>,
  ): (entries: readonly Entry[]) => Promise<Outcome[]> {
    return async (entries) => {
      const outcomes: Outcome[] = [];
      for (const entry of entries) outcomes.push(...(await this.call(name, () => act(entry))));
      return outcomes;
    };
  }

  /** A list is one page, taken as it is when it is asked for. */
  async *#pages<Entry>(name: string, list: () => AsyncIterable<Entry>): AsyncIterable<Entry> {
    yield* await this.call(name, async () => {
      const entries: Entry[] = [];
      for await (const entry of list()) entries.push(entry);
      return entries;
    });
  }
}
