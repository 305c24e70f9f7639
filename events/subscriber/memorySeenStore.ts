import { type Clock, systemClock } from '../../shared/ports/clock.ts';
import { type Attempt, busy, type SeenStore } from '../../shared/ports/seenStore.ts';
import { compareSequence } from '../../shared/stream/sequence.ts';

export interface MemorySeenStore extends SeenStore {
  /** Runs the effect and sets the mark in one step: exactly once. For effects in memory, and for tests of handlers. Throws EVENT_BUSY. */
  commit(once: Attempt, effect: () => undefined): Promise<'written' | 'already'>;
}

interface Mark {
  readonly done: boolean;
  readonly by: string;
  readonly until: number;
}

/** Sequences as they come; '0' before the first. */
interface Place {
  readonly handled: string;
  readonly tried: string;
  /** What `tried` was before the one who is there came. */
  readonly before: string;
  readonly by: string | undefined;
  readonly until: number;
}

const NOWHERE: Place = { handled: '0', tried: '0', before: '0', by: undefined, until: 0 };
const ENTRIES = 10_000;

/** What one process has seen: the least recently used is forgotten beyond `entries` events and as many items. */
export function memorySeenStore(options: { entries?: number; clock?: Clock } = {}): MemorySeenStore {
  const { entries = ENTRIES, clock = systemClock } = options;
  const marks = new Recent<Mark>(entries);
  const places = new Recent<Place>(entries);
  const setDone = ({ event, by }: Attempt): void => marks.set(event, { done: true, by, until: 0 });
  const setLeft = ({ item, by, sequence }: Attempt, outcome: 'handled' | 'failed'): void => {
    const place = places.get(item);
    if (place?.by !== by) return;
    const free = { ...place, by: undefined };
    places.set(item, outcome === 'handled' ? { ...free, handled: sequence } : { ...free, tried: place.before });
  };
  return {
    async begin({ event, by, until }) {
      const mark = marks.get(event);
      if (mark?.done) return 'done';
      if (mark && mark.by !== by && mark.until > clock.now()) return 'busy';
      marks.set(event, { done: false, by, until });
      return 'begun';
    },
    done: async (attempt) => setDone(attempt),
    async letGo({ event, by }) {
      const mark = marks.get(event);
      if (mark && !mark.done && mark.by === by) marks.delete(event);
    },
    async enter({ item, sequence, by, until }) {
      const place = places.get(item) ?? NOWHERE;
      if (compareSequence(sequence, place.handled) < 0) return 'stale';
      if (place.by !== undefined && place.until > clock.now()) return place.by === by ? 'entered' : 'busy';
      if (compareSequence(sequence, place.tried) < 0) return 'busy';
      places.set(item, { handled: place.handled, before: place.tried, tried: sequence, by, until });
      return 'entered';
    },
    leave: async (attempt, outcome) => setLeft(attempt, outcome),
    async commit(attempt, effect) {
      if (marks.get(attempt.event)?.done) return 'already';
      if (attempt.ordered && places.get(attempt.item)?.by !== attempt.by) throw busy(attempt, 'its turn was lost');
      effect();
      if (attempt.ordered) setLeft(attempt, 'handled');
      setDone(attempt);
      return 'written';
    },
  };
}

/** A map that forgets what was not used for longest. */
class Recent<Value> {
  readonly #entries = new Map<string, Value>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get(key: string): Value | undefined {
    const value = this.#entries.get(key);
    if (value !== undefined) this.set(key, value);
    return value;
  }

  set(key: string, value: Value): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#most && oldest !== undefined) this.#entries.delete(oldest);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }
}
