import type { Clock } from '../../shared/ports/clock.ts';
import type { Workplace } from '../pipeline/workplace.ts';
import { FlowReading } from './flowReading.ts';
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
export function readings({ place, clock, replays }: From, hub: Hub): readonly Round[] {
  const flow = new FlowReading(place, clock, hub.events);
  let lagSeconds: number | null = null;
  return [
    {
      everyMs: FLOW_EVERY_MS,
      run: async () => {
        hub.tell('flow', await flow.read(lagSeconds));
        hub.tell('replays', await replays.list());
        hub.nudge();
      },
    },
    {
      everyMs: HEALTH_EVERY_MS,
      run: async () => {
        const health = await healthOf(place, clock);
        lagSeconds = mostBehind(health);
        hub.tell('health', health);
      },
    },
  ];
}

export const mostBehind = ({ shards }: Pick<Health, 'shards'>): number =>
  shards.reduce((most, { lagSeconds }) => Math.max(most, lagSeconds), 0);
