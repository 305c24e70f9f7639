import { HOUR_MS, startOfHour } from '../../shared/model/time.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Log } from '../../shared/ports/log.ts';
import type { Pause } from '../../shared/ports/pause.ts';
import { listRecordCounts } from '../../shared/state/recordCounts.ts';
import type { Workplace } from '../pipeline/workplace.ts';
import { problemOf } from './answers.ts';
import { EventTail } from './eventTail.ts';
import { Gauge } from './gauge.ts';
import { healthOf } from './health.ts';
import type { Hub } from './hub.ts';
import type { ReplayDesk } from './replayDesk.ts';
import type { Health } from './wire.ts';

const FLOW_EVERY_MS = 1_000;
const HEALTH_EVERY_MS = 5_000;

interface Ports {
  readonly place: Workplace;
  readonly clock: Clock;
  readonly pause: Pause;
  readonly log: Log;
  readonly replays: ReplayDesk;
}

/** What the console reads again and again, for all pages together; while nobody watches, nothing. */
export class Rounds {
  readonly #ports: Ports;
  readonly #hub: Hub;
  readonly #gauge = new Gauge();
  readonly #tail: EventTail;
  #lagSeconds: number | null = null;
  /** Rounds that failed the last time. */
  readonly #troubled = new Set<object>();

  constructor(ports: Ports, hub: Hub) {
    this.#ports = ports;
    this.#hub = hub;
    this.#tail = new EventTail(ports.place, ports.clock, hub.events);
  }

  /** Until the signal stops it. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([
      this.#again(signal, FLOW_EVERY_MS, () => this.flow()),
      this.#again(signal, HEALTH_EVERY_MS, () => this.health()),
    ]);
  }

  async flow(): Promise<void> {
    const { place, clock, replays } = this.#ports;
    const counts = await listRecordCounts(place.state, startOfHour(clock.now()) - HOUR_MS);
    await this.#tail.look();
    const sum = (of: 'user' | 'derived'): number => counts.reduce((total, count) => total + count[of], 0);
    const totals = { user: sum('user'), derived: sum('derived'), events: this.#hub.events.seen };
    const flow = this.#gauge.add(clock.now(), totals, this.#lagSeconds);
    // Who comes later is told the last minutes; who is there adds to what it has.
    this.#hub.tell('flow', { flow, samples: this.#gauge.samples });
    this.#hub.tell('replays', await replays.list());
    this.#hub.nudge();
  }

  async health(): Promise<void> {
    const health: Health = await healthOf(this.#ports.place, this.#ports.clock);
    this.#lagSeconds = health.shards.reduce((most, { lagSeconds }) => Math.max(most, lagSeconds), 0);
    this.#hub.tell('health', health);
  }

  async #again(signal: AbortSignal, everyMs: number, round: () => Promise<void>): Promise<void> {
    const { pause, clock } = this.#ports;
    while (!signal.aborted) {
      const began = clock.now();
      if (this.#hub.watchers > 0) await this.#tried(round);
      // A store that is slow is not asked more often for it.
      await pause(Math.max(everyMs, clock.now() - began), signal);
    }
  }

  /** A round that fails is told to the pages, and the next one tries again. */
  async #tried(round: () => Promise<void>): Promise<void> {
    try {
      await round();
      if (this.#troubled.delete(round) && this.#troubled.size === 0) this.#hub.tell('trouble', null);
    } catch (error) {
      const problem = problemOf(error);
      this.#troubled.add(round);
      this.#hub.tell('trouble', problem);
      this.#ports.log.warn({ code: problem.code }, `the console can't read: ${problem.message}; ${problem.mend}`);
    }
  }
}
