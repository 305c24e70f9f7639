import type { Envelope } from '../../events/envelope.ts';

/**
 * Where a replay goes. What is sent again, after a failure or by a replay that goes on, comes with the same ids and the
 * same replay id.
 */
export interface ReplayTarget {
  /** For people. */
  readonly name: string;
  /** At most so many events in one portion. */
  readonly portion: number;
  /** Before a replay is begun. Throws where the target is not there, or can't be used. */
  check(): Promise<void>;
  /** @param mark undefined for a new replay; for one that goes on what its last portion gave back, 0 where there was none */
  open(mark: number | undefined): Promise<void>;
  /**
   * Resolves once all of them are taken for good, in order per partition key; with a mark, where the target wants one back.
   * Rejects where one is not: then others of the portion may have been taken.
   */
  send(envelopes: readonly Envelope[]): Promise<number | undefined>;
  close(): Promise<void>;
}
