import { AfterwriteError } from '../model/errors.ts';

/** One try of one subscriber to handle one event. */
export interface Attempt {
  /** Names the event for ever: its id, and the replay's where it is a replayed one. */
  readonly event: string;
  /** What the event is about, within one stream or one replay: sequences are compared inside it. */
  readonly item: string;
  /** The change's sequence number in its shard. */
  readonly sequence: string;
  /** Whether the item's order counts: then `enter` follows `begin`. */
  readonly ordered: boolean;
  /** Names this try and no other. */
  readonly by: string;
  /** Epoch milliseconds. Who has not ended by then is taken for dead. */
  readonly until: number;
}

/**
 * What one subscriber remembers, shared by all of its processes.
 *
 * An event: none -> begun (by, until) -> done; begun -> none when its handler failed; begun -> begun by another once
 * `until` has passed. Done is for good, as long as the store keeps it.
 *
 * An item, where order counts: free -> entered (by, until) -> free. `tried` is the highest sequence whose effect may
 * have happened, `handled` the highest whose effect has. What lies below `handled` is stale; what lies between them waits,
 * for nobody knows: whoever tried it died, and it will be delivered again.
 *
 * Clocks that differ between machines make `until` come sooner or later by as much: an event may then be handled twice at once.
 */
export interface SeenStore {
  /** `busy`: another try has begun and is not over. */
  begin(attempt: Attempt): Promise<'begun' | 'done' | 'busy'>;
  /** The effect has happened; true whoever says it. */
  done(attempt: Attempt): Promise<void>;
  /** The effect has not happened. Nothing where the event is done, or another's by now. */
  letGo(attempt: Attempt): Promise<void>;
  /** `stale`: a later change of the item was handled. `busy`: another is at the item, or died at a later change of it. */
  enter(attempt: Attempt): Promise<'entered' | 'stale' | 'busy'>;
  /** Gives the item free. Nothing where it is another's by now. */
  leave(attempt: Attempt, outcome: 'handled' | 'failed'): Promise<void>;
}

/** Somebody else is at the event or its item, or this try lost its turn: the event is to be delivered again. */
export const busy = (attempt: Attempt, what: string): AfterwriteError =>
  new AfterwriteError('EVENT_BUSY', `event ${attempt.event}: ${what}`, {
    retry: true,
    mend: 'nothing: it is delivered again; where that never ends, raise the retries of the queue or target',
  });
