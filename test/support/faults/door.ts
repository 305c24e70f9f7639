/** How a call ends: before it did anything, or after, its answer lost. */
export type Death = 'unsent' | 'unanswered';

export class Killed extends Error {}

/** The way of one process to everything outside of it: in the call of a number it dies, and reaches nothing any more. */
export class Door {
  readonly #at: number | undefined;
  readonly #how: Death;
  #calls = 0;
  #dead = false;

  /** @param at the number of the call in which it dies, from 0; absent: it lives */
  constructor(at?: number, how: Death = 'unsent') {
    this.#at = at;
    this.#how = how;
  }

  get calls(): number {
    return this.#calls;
  }

  get isDead(): boolean {
    return this.#dead;
  }

  async call<Result>(act: () => Promise<Result>): Promise<Result> {
    if (this.#dead) throw new Killed('reaches nothing any more');
    if (this.#calls++ !== this.#at) return act();
    this.#dead = true;
    if (this.#how === 'unanswered') await act();
    throw new Killed('dies in this call');
  }

  /** A port behind this door. Of lists, each entry is a call: any of them may be the one. */
  guard<Port extends object>(port: Port): Port {
    return new Proxy(port, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        const act = (...args: unknown[]): unknown => member.apply(target, args);
        if (PAGED.has(name)) return (...args: unknown[]) => this.#pages(() => act(...args) as AsyncIterable<unknown>);
        if (CUT.has(name)) return (list: readonly unknown[], ...rest: unknown[]) => this.#each(list, rest, act);
        return (...args: unknown[]) => this.call(async () => act(...args));
      },
    });
  }

  async #each(list: readonly unknown[], rest: readonly unknown[], act: (...args: unknown[]) => unknown) {
    const outcomes: unknown[] = [];
    for (const one of list) {
      const answer = await this.call(async () => act([one], ...rest));
      if (Array.isArray(answer)) outcomes.push(...answer);
    }
    return outcomes;
  }

  async *#pages(read: () => AsyncIterable<unknown>): AsyncIterable<unknown> {
    yield* await this.call(async () => read());
  }
}

/** Names of ports' members. */
const PAGED: ReadonlySet<string | symbol> = new Set(['list', 'query', 'scan', 'pages', 'partition', 'expired']);
const CUT: ReadonlySet<string | symbol> = new Set([
  'put',
  'fill',
  'backfill',
  'mark',
  'unmark',
  'removeMarked',
  'removeExpired',
]);
