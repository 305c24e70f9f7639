import { HOUR_MS, startOfHour } from '../../shared/model/time.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import { listRecordCounts } from '../../shared/state/recordCounts.ts';
import type { Workplace } from '../pipeline/workplace.ts';
import { EventTail } from './eventTail.ts';
import { Gauge } from './gauge.ts';
import type { RecentEvents } from './recentEvents.ts';
import type { Flow, Sample } from './wire.ts';

type Place = Pick<Workplace, 'system' | 'names' | 'state' | 'archive'>;

/** How much goes through the pipeline: what the archive has counted, and the events that came. */
export class FlowReading {
  readonly #place: Place;
  readonly #clock: Clock;
  readonly #events: RecentEvents;
  readonly #gauge = new Gauge();
  readonly #tail: EventTail;

  constructor(place: Place, clock: Clock, events: RecentEvents) {
    this.#place = place;
    this.#clock = clock;
    this.#events = events;
    this.#tail = new EventTail(place, clock, events);
  }

  /** With the last minutes: each page draws all of them. @param lagSeconds of the slowest processor; null: not known yet */
  async read(lagSeconds: number | null): Promise<{ flow: Flow; samples: readonly Sample[] }> {
    const counts = await listRecordCounts(this.#place.state, startOfHour(this.#clock.now()) - HOUR_MS);
    await this.#tail.look();
    const sum = (of: 'user' | 'derived'): number => counts.reduce((total, count) => total + count[of], 0);
    const totals = { user: sum('user'), derived: sum('derived'), events: this.#events.seen };
    const flow = this.#gauge.add(this.#clock.now(), totals, lagSeconds);
    return { flow, samples: this.#gauge.samples };
  }
}
