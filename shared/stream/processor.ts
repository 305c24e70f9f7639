import type { Change } from './change.ts';

/** One consequence of changes: statistics, events, archive. */
export interface Processor {
  readonly name: string;
  /**
   * Takes changes of one shard, in order. May be given any of them again, in any cut, and must end in the same state.
   * Resolves when all of it is durable. Throws an error with `retry` to be given the same changes again.
   */
  process(changes: readonly Change[]): Promise<void>;
  /** The same with nothing remembered, for a shard that is just taken: another worker may have read it in between. */
  fresh?(): Processor;
}
