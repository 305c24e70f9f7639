import { AfterwriteError } from '../../../shared/model/errors.ts';
import type { EventBus } from '../../../shared/ports/eventBus.ts';
import type { StateStore } from '../../../shared/ports/stateStore.ts';
import type { StreamSource } from '../../../shared/ports/streamSource.ts';
import type { TableStore } from '../../../shared/ports/tableStore.ts';
import { below } from '../../simulation/random.ts';

export class Crash extends Error {}

export interface Fate {
  readonly random: () => number;
  /** The process dies in this call of a port, and after it none reaches anything. */
  readonly diesAtCall: number | undefined;
  /** The part of calls that fail in passing. */
  readonly failing: number;
}

/**
 * All that a process does goes through its lifeline: each call takes its time, may fail in passing, and may be the last
 * one. What fails may have been done all the same, as with an answer that got lost.
 */
export class Lifeline {
  readonly #fate: Fate;
  #calls = 0;
  #dead = false;

  constructor(fate: Fate) {
    this.#fate = fate;
  }

  async call<Result>(act: () => Promise<Result>, failing = this.#fate.failing): Promise<Result> {
    const { random, diesAtCall } = this.#fate;
    for (let ticks = below(random, 4); ticks > 0; ticks--) await undefined;
    if (this.#dead) throw new Crash('dead');
    this.#calls++;
    if (this.#calls === diesAtCall) {
      this.#dead = true;
      if (random() < 0.5) await act();
      throw new Crash('dies');
    }
    if (random() < failing) {
      if (random() < 0.5) await act();
      throw new AfterwriteError('THROTTLED', 'fails in passing', { retry: true, mend: 'it is tried again' });
    }
    return act();
  }

  table({ read, replace }: Pick<TableStore, 'read' | 'replace'>): Pick<TableStore, 'read' | 'replace'> {
    return {
      read: (keys) => this.call(() => read(keys)),
      replace: async (replacements) => {
        const outcomes: ('written' | 'conflict')[] = [];
        for (const one of replacements) outcomes.push(...(await this.call(() => replace([one]))));
        return outcomes;
      },
    };
  }

  state(inner: StateStore): StateStore {
    return {
      get: (pk, sk) => this.call(() => inner.get(pk, sk)),
      getMany: (keys) => this.call(() => inner.getMany(keys)),
      put: async (records) => {
        for (const one of records) await this.call(() => inner.put([one]));
      },
      putIfAbsent: (record) => this.call(() => inner.putIfAbsent(record)),
      putIf: (record, expected) => this.call(() => inner.putIf(record, expected)),
      remove: (pk, sk) => this.call(() => inner.remove(pk, sk)),
      removeIf: (pk, sk, expected) => this.call(() => inner.removeIf(pk, sk, expected)),
      query: (pk, range) => inner.query(pk, range),
    };
  }

  source(inner: StreamSource): StreamSource {
    return {
      stream: inner.stream,
      shards: () => this.call(() => inner.shards()),
      open: (shard, after) => this.call(() => inner.open(shard, after)),
      read: (iterator) => this.call(() => inner.read(iterator)),
    };
  }

  bus(inner: EventBus): EventBus {
    return {
      name: inner.name,
      describe: () => this.call(() => inner.describe()),
      put: (entries) => this.call(() => inner.put(entries)),
    };
  }
}
