import { AfterwriteError } from '../../../shared/model/errors.ts';
import type { ArchiveStore } from '../../../shared/ports/archiveStore.ts';

/** How a call ends: before it did anything, or after, its answer lost. */
export type Failure = 'unsent' | 'unanswered';

/** An archive whose n-th call from now fails, as a process that is killed there would leave it. */
export class FailingArchive implements ArchiveStore {
  readonly #inner: ArchiveStore;
  #left: number | undefined;
  #failure: Failure = 'unsent';

  constructor(inner: ArchiveStore) {
    this.#inner = inner;
  }

  /** @param calls that still succeed; undefined: all do */
  failAfter(calls: number | undefined, failure: Failure): void {
    this.#left = calls;
    this.#failure = failure;
  }

  /** Whether the failure is still to come. */
  get isPending(): boolean {
    return this.#left !== undefined;
  }

  putIfAbsent: ArchiveStore['putIfAbsent'] = (...args) => this.#call(() => this.#inner.putIfAbsent(...args));
  move: ArchiveStore['move'] = (...args) => this.#call(() => this.#inner.move(...args));
  get: ArchiveStore['get'] = (...args) => this.#call(() => this.#inner.get(...args));
  readability: ArchiveStore['readability'] = (...args) => this.#call(() => this.#inner.readability(...args));
  restore: ArchiveStore['restore'] = (...args) => this.#call(() => this.#inner.restore(...args));
  remove: ArchiveStore['remove'] = (...args) => this.#call(() => this.#inner.remove(...args));
  erase: ArchiveStore['erase'] = (...args) => this.#call(() => this.#inner.erase(...args));
  lockOf: ArchiveStore['lockOf'] = (...args) => this.#call(() => this.#inner.lockOf(...args));

  async *list(prefix: string) {
    yield* await this.#call(async () => this.#inner.list(prefix));
  }

  async *prefixes(prefix: string) {
    yield* await this.#call(async () => this.#inner.prefixes(prefix));
  }

  async #call<Result>(call: () => Promise<Result>): Promise<Result> {
    if (this.#left === undefined || this.#left-- > 0) return call();
    this.#left = undefined;
    if (this.#failure === 'unanswered') await call();
    throw new AfterwriteError('THROTTLED', 'killed here', { retry: true, mend: 'start again' });
  }
}
