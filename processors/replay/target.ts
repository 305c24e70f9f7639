import type { Envelope } from '../../events/envelope.ts';

/**
 * Where a replay goes: events as a rule, items where it goes into the table. What is sent again, after a failure or by a
 * replay that goes on, comes with the same ids and the same replay id.
 */
export interface ReplayTarget<Unit = Envelope> {
  /** For people. */
  readonly name: string;
  /** At most so many units in one portion, about. */
  readonly portion: number;
  /** Before a replay is begun. Throws where the target is not there, or can't be used. */
  check(): Promise<void>;
  /** @param mark undefined for a new replay; for one that goes on what its last portion gave back, 0 where there was none */
  open(mark: number | undefined): Promise<void>;
  /**
   * Resolves once all of them are taken for good, in order per item; with a mark, where the target wants one back.
   * Rejects where one is not: then others of the portion may have been taken.
   */
  send(units: readonly Unit[]): Promise<number | undefined>;
  close(): Promise<void>;
}
