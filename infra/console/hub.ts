import type { RecentEvents } from './recentEvents.ts';
import { type Sink, Watcher } from './watcher.ts';

/** More pages than anybody looks at: each costs a socket. */
const MOST_WATCHERS = 32;

/** All pages that watch, and what each topic said last: who comes later is told it at once. */
export class Hub {
  readonly events: RecentEvents;
  readonly boot: string;
  readonly #watchers = new Set<Watcher>();
  readonly #latest = new Map<string, unknown>();

  /** @param boot names this run of the server: another one counts its events anew */
  constructor(events: RecentEvents, boot: string) {
    this.events = events;
    this.boot = boot;
    this.#latest.set('hello', boot);
  }

  get watchers(): number {
    return this.#watchers.size;
  }

  get isFull(): boolean {
    return this.#watchers.size >= MOST_WATCHERS;
  }

  /** @param last id of the last frame that the page has: run and index */
  join(sink: Sink, last: string | undefined): void {
    const [boot, index] = (last ?? '').split(':');
    const seen = boot === this.boot ? Number(index) : 0;
    const watcher = new Watcher(sink, this.events, { boot: this.boot, seen });
    this.#watchers.add(watcher);
    sink.once('close', () => this.#watchers.delete(watcher));
    for (const [topic, value] of this.#latest) watcher.tell(topic, value);
    watcher.nudge();
  }

  tell(topic: string, value: unknown): void {
    this.#latest.set(topic, value);
    for (const watcher of this.#watchers) watcher.tell(topic, value);
  }

  /** There may be new events. */
  nudge(): void {
    for (const watcher of this.#watchers) watcher.nudge();
  }
}
