import { eventShelves } from '../../events/archived.ts';
import type { Envelope } from '../../events/envelope.ts';
import { hourPrefix } from '../../shared/archive/layout.ts';
import { readLines } from '../../shared/archive/lines.ts';
import { isAfterwriteError } from '../../shared/model/errors.ts';
import { HOUR_MS, startOfHour } from '../../shared/model/time.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Workplace } from '../pipeline/workplace.ts';
import type { RecentEvents } from './recentEvents.ts';

/** What was archived while nobody looked is told from so far back, and from so many objects, at most. */
const HOURS_BACK = 24;
const OBJECTS_BACK = 60;
/** An object may be written so long after its hour is over. */
const LATE_MS = 10 * 60_000;

/** Follows the archived events of all tenants: an object is read once, whenever it came. */
export class EventTail {
  readonly #place: Pick<Workplace, 'system' | 'names' | 'archive'>;
  readonly #clock: Clock;
  readonly #events: RecentEvents;
  /** Keys that were read, or passed over, by hour: of the hours that are listed again. */
  readonly #read = new Map<number, Set<string>>();
  /** Until when all was read: epoch milliseconds. */
  #looked: number | undefined;

  constructor(place: Pick<Workplace, 'system' | 'names' | 'archive'>, clock: Clock, events: RecentEvents) {
    this.#place = place;
    this.#clock = clock;
    this.#events = events;
  }

  /** What could not be read is read the next time; what is broken is thrown once. @returns how many new events came */
  async look(): Promise<number> {
    const now = this.#clock.now();
    const unread = await this.#unread(hoursToList(now, this.#looked));
    const isFollowing = this.#looked !== undefined && now - this.#looked < HOUR_MS;
    const passedOver = isFollowing ? [] : unread.slice(0, -OBJECTS_BACK);
    for (const object of passedOver) this.#note(object);
    let came = 0;
    for (const object of unread.slice(passedOver.length)) came += await this.#take(object);
    this.#looked = now;
    for (const hour of this.#read.keys()) if (hour < startOfHour(now - LATE_MS)) this.#read.delete(hour);
    return came;
  }

  async #take(object: Listed): Promise<number> {
    try {
      let came = 0;
      for (const line of await this.#lines(object.key)) if (this.#events.add(JSON.parse(line) as Envelope)) came++;
      this.#note(object);
      return came;
    } catch (error) {
      if (!isAfterwriteError(error) || error.code === 'ARCHIVE_BROKEN') this.#note(object);
      throw error;
    }
  }

  #note({ hour, key }: Listed): void {
    const read = this.#read.get(hour) ?? new Set();
    this.#read.set(hour, read.add(key));
  }

  async #unread(hours: readonly number[]): Promise<Listed[]> {
    const { system, names, archive } = this.#place;
    const shelves = await eventShelves(system, names, archive, { clock: this.#clock, loose: true });
    const unread: Listed[] = [];
    for (const hour of hours)
      for (const { objects } of shelves)
        for await (const { key } of archive.list(hourPrefix(objects, hour)))
          if (!this.#read.get(hour)?.has(key)) unread.push({ hour, key });
    return unread;
  }

  /** None where the object was compacted meanwhile, or is cold by now. */
  async #lines(key: string): Promise<string[]> {
    try {
      return await readLines(this.#place.archive, key);
    } catch (error) {
      if (isAfterwriteError(error, 'NOT_FOUND') || isAfterwriteError(error, 'ARCHIVE_COLD')) return [];
      throw error;
    }
  }
}

interface Listed {
  /** Epoch milliseconds. */
  readonly hour: number;
  readonly key: string;
}

/** In which objects may have come since the last look, oldest first. @param looked undefined: there was none */
export function hoursToList(now: number, looked: number | undefined): number[] {
  const last = startOfHour(now);
  const furthest = last - (HOURS_BACK - 1) * HOUR_MS;
  const first = looked === undefined ? furthest : Math.max(furthest, startOfHour(looked - LATE_MS));
  const hours: number[] = [];
  for (let hour = first; hour <= last; hour += HOUR_MS) hours.push(hour);
  return hours;
}
