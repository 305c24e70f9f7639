import { HOUR_MS, startOfHour } from '../../shared/model/time.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import { listRecordCounts } from '../../shared/state/recordCounts.ts';
import type { Workplace } from '../pipeline/workplace.ts';
import { EventTail } from './eventTail.ts';
import { Gauge } from './gauge.ts';
import { healthOf } from './health.ts';
import type { Hub } from './hub.ts';
import type { ReplayDesk } from './replayDesk.ts';
import type { Round } from './rounds.ts';
import type { Health } from './wire.ts';

const FLOW_EVERY_MS = 1_000;
const HEALTH_EVERY_MS = 5_000;

interface From {
  readonly place: Workplace;
  readonly clock: Clock;
  readonly replays: ReplayDesk;
}

/** What the pages are told without asking: the flow, its newest events and replays, and how the pipeline does. */
export class Readings {
  readonly #from: From;
  readonly #hub: Hub;
  readonly #gauge = new Gauge();
  readonly #tail: EventTail;
  #lagSeconds: number | null = null;

  constructor(from: From, hub: Hub) {
    this.#from = from;
    this.#hub = hub;
    this.#tail = new EventTail(from.place, from.clock, hub.events);
  }

  get rounds(): readonly Round[] {
    return [
      { everyMs: FLOW_EVERY_MS, run: () => this.#flow() },
      { everyMs: HEALTH_EVERY_MS, run: () => this.#health() },
    ];
  }

  async #flow(): Promise<void> {
    const { place, clock, replays } = this.#from;
    const counts = await listRecordCounts(place.state, startOfHour(clock.now()) - HOUR_MS);
    await this.#tail.look();
    const sum = (of: 'user' | 'derived'): number => counts.reduce((total, count) => total + count[of], 0);
    const totals = { user: sum('user'), derived: sum('derived'), events: this.#hub.events.seen };
    const flow = this.#gauge.add(clock.now(), totals, this.#lagSeconds);
    // With the last minutes: each page draws all of them.
    this.#hub.tell('flow', { flow, samples: this.#gauge.samples });
    this.#hub.tell('replays', await replays.list());
    this.#hub.nudge();
  }

  async #health(): Promise<void> {
    const health: Health = await healthOf(this.#from.place, this.#from.clock);
    this.#lagSeconds = health.shards.reduce((most, { lagSeconds }) => Math.max(most, lagSeconds), 0);
    this.#hub.tell('health', health);
  }
}
