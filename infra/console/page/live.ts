import { useEffect, useState } from 'preact/hooks';
import type { EventRow, EventsTold, Flow, Health, Problem, ReplayRow, Sample } from '../wire.ts';

/** As many as the page lists: the oldest make room. */
const MOST_EVENTS = 10_000;

export interface Live {
  readonly connected: boolean;
  readonly flow: Flow | null;
  readonly samples: readonly Sample[];
  readonly health: Health | null;
  readonly replays: readonly ReplayRow[];
  readonly trouble: Problem | null;
  /** Oldest first. Replaced, never changed. */
  readonly events: readonly EventRow[];
  /** Events that are not listed: the page came later, or was too slow. */
  readonly skipped: number;
}

let now: Live = {
  connected: false,
  flow: null,
  samples: [],
  health: null,
  replays: [],
  trouble: null,
  events: [],
  skipped: 0,
};
let boot = '';
const listeners = new Set<() => void>();
let isTold = false;

/** Many messages of one moment are drawn once. */
function change(part: Partial<Live>): void {
  now = { ...now, ...part };
  if (isTold) return;
  isTold = true;
  setTimeout(() => {
    isTold = false;
    for (const listener of listeners) listener();
  }, 50);
}

export function useLive<Part>(part: (live: Live) => Part): Part {
  const [, draw] = useState({});
  useEffect(() => {
    let last = part(now);
    const look = (): void => {
      const next = part(now);
      if (next === last) return;
      last = next;
      draw({});
    };
    listeners.add(look);
    look();
    return () => void listeners.delete(look);
  }, []);
  return part(now);
}

/** The browser connects again by itself, and says what it has seen. */
export function watch(): void {
  const source = new EventSource('/api/watch');
  const on = <Told>(topic: string, take: (told: Told) => void): void =>
    source.addEventListener(topic, (event) => take(JSON.parse((event as MessageEvent<string>).data) as Told));
  source.onopen = () => change({ connected: true });
  source.onerror = () => change({ connected: false });
  on<string>('hello', (told) => {
    // Another server counts its events anew.
    if (boot !== '' && boot !== told) change({ events: [], skipped: 0 });
    boot = told;
  });
  on<{ flow: Flow; samples: Sample[] }>('flow', ({ flow, samples }) => change({ flow, samples }));
  on<Health>('health', (health) => change({ health }));
  on<ReplayRow[]>('replays', (replays) => change({ replays }));
  on<Problem | null>('trouble', (trouble) => change({ trouble }));
  on<EventsTold>('events', ({ rows, skipped }) =>
    change({ events: [...now.events, ...rows].slice(-MOST_EVENTS), skipped: now.skipped + skipped }),
  );
}
