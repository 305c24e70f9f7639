import { eventShelves } from '../../events/archived.ts';
import type { Envelope } from '../../events/envelope.ts';
import { hourPrefix } from '../../shared/archive/layout.ts';
import { readLines } from '../../shared/archive/lines.ts';
import { isAfterwriteError } from '../../shared/model/errors.ts';
import { HOUR_MS, startOfHour } from '../../shared/model/time.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Workplace } from '../pipeline/workplace.ts';
import type { RecentEvents } from './recentEvents.ts';

/** What was archived before somebody looked is told from so far back, and from so many objects, at most. */
const HOURS_BACK = 24;
const OBJECTS_BACK = 60;
/** An object may be written so long after its hour is over. */
const LATE_MS = 10 * 60_000;

/** Follows the archived events of all tenants: an object of an hour that is not over yet is read once. */
export class EventTail {
  readonly #place: Workplace;
  readonly #clock: Clock;
  readonly #events: RecentEvents;
  /** Keys that were read, or passed over, by hour. */
  readonly #read = new Map<number, Set<string>>();
  #begun = false;

  constructor(place: Workplace, clock: Clock, events: RecentEvents) {
    this.#place = place;
    this.#clock = clock;
    this.#events = events;
  }

  /** @returns how many new events came */
  async look(): Promise<number> {
    const hour = startOfHour(this.#clock.now());
    const isEarly = this.#clock.now() - hour < LATE_MS;
    const hours = this.#begun ? (isEarly ? [hour - HOUR_MS, hour] : [hour]) : lastHours(hour);
    const fresh = await this.#fresh(hours);
    const wanted = this.#begun ? fresh : fresh.slice(-OBJECTS_BACK);
    this.#begun = true;
    for (const known of this.#read.keys()) if (known < hour - HOUR_MS) this.#read.delete(known);
    let came = 0;
    for (const key of wanted)
      for (const line of await this.#lines(key)) if (this.#events.add(JSON.parse(line) as Envelope)) came++;
    return came;
  }

  async #fresh(hours: readonly number[]): Promise<string[]> {
    const { system, names, archive } = this.#place;
    const shelves = await eventShelves(system, names, archive, { clock: this.#clock, loose: true });
    const fresh: string[] = [];
    for (const hour of hours) {
      const read = this.#read.get(hour) ?? new Set();
      this.#read.set(hour, read);
      for (const { objects } of shelves)
        for await (const { key } of archive.list(hourPrefix(objects, hour))) {
          if (!read.has(key)) fresh.push(key);
          read.add(key);
        }
    }
    return fresh;
  }

  /** None where the object was compacted meanwhile. */
  async #lines(key: string): Promise<string[]> {
    try {
      return await readLines(this.#place.archive, key);
    } catch (error) {
      if (isAfterwriteError(error, 'NOT_FOUND')) return [];
      throw error;
    }
  }
}

const lastHours = (hour: number): number[] =>
  Array.from({ length: HOURS_BACK }, (_, i) => hour - (HOURS_BACK - 1 - i) * HOUR_MS);
