import { AfterwriteError } from '../../../shared/model/errors.ts';
import type { Failure } from '../memory/failingArchive.ts';

/** Methods that give an AsyncIterable: their first page is the call. */
const LISTING: ReadonlySet<PropertyKey> = new Set(['list', 'prefixes', 'query', 'scan']);

/**
 * A process that dies at its n-th outside call, whichever port it goes through: before the call did anything, or after,
 * its answer lost. Dead, it makes no further call.
 */
export class Killer {
  calls = 0;
  isDead = false;
  readonly #at: number;
  readonly #failure: Failure;

  /** @param at number of the call, from 0 */
  constructor(at = Number.POSITIVE_INFINITY, failure: Failure = 'unsent') {
    this.#at = at;
    this.#failure = failure;
  }

  /** The same port, whose calls this process makes. */
  through<Port extends object>(port: Port): Port {
    return new Proxy(port, {
      get: (inner, name) => {
        const member: unknown = Reflect.get(inner, name, inner);
        if (typeof member !== 'function') return member;
        const call = (args: unknown[]): unknown => Reflect.apply(member, inner, args);
        return LISTING.has(name)
          ? (...args: unknown[]) => this.#listing(() => call(args) as AsyncIterable<unknown>)
          : (...args: unknown[]) => this.#call(async () => call(args));
      },
    });
  }

  /** False where the process died on the way. */
  async lives(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
    } catch (error) {
      if (!this.isDead) throw error;
    }
    return !this.isDead;
  }

  async *#listing(list: () => AsyncIterable<unknown>): AsyncIterable<unknown> {
    yield* await this.#call(async () => list());
  }

  async #call<Result>(call: () => Promise<Result>): Promise<Result> {
    if (this.isDead) throw killed();
    if (this.calls++ !== this.#at) return call();
    this.isDead = true;
    if (this.#failure === 'unanswered') await call();
    throw killed();
  }
}

const killed = (): AfterwriteError => new AfterwriteError('SERVICE_REFUSED', 'killed here', { mend: 'start again' });
