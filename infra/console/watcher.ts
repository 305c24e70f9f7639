import type { RecentEvents } from './recentEvents.ts';

/** Where frames go: a response. */
export interface Sink {
  readonly destroyed: boolean;
  /** False: it is full until `drain`. */
  write(text: string): boolean;
  once(event: 'drain' | 'close', listener: () => void): unknown;
}

/** https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation */
export const frame = (topic: string, value: unknown, id?: string): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${topic}\ndata: ${JSON.stringify(value)}\n\n`;

/** Rows of one frame: some screens full. */
const MOST_ROWS = 1_000;

/**
 * One page that watches. States: open <-> full -> closed. While it is full nothing is queued for it: of each topic the latest
 * value waits, in place of the one before, and of events only how far it has seen. So a slow page costs no memory, and
 * sees what is, not what was.
 */
export class Watcher {
  readonly #sink: Sink;
  readonly #events: RecentEvents;
  readonly #waiting = new Map<string, unknown>();
  readonly #boot: string;
  #seen: number;
  #full = false;

  /** @param seen index of the last event that the page has, in this run of the server */
  constructor(sink: Sink, events: RecentEvents, { boot, seen }: { boot: string; seen: number }) {
    this.#sink = sink;
    this.#events = events;
    this.#boot = boot;
    this.#seen = seen <= events.seen ? seen : 0;
  }

  tell(topic: string, value: unknown): void {
    this.#waiting.delete(topic);
    this.#waiting.set(topic, value);
    this.#flush();
  }

  /** There may be new events. */
  nudge(): void {
    this.#flush();
  }

  #flush(): void {
    while (!this.#full && !this.#sink.destroyed) {
      const next = this.#next();
      if (next === undefined) return;
      if (this.#sink.write(next)) continue;
      this.#full = true;
      this.#sink.once('drain', () => {
        this.#full = false;
        this.#flush();
      });
    }
  }

  #next(): string | undefined {
    for (const [topic, value] of this.#waiting) {
      this.#waiting.delete(topic);
      return frame(topic, value);
    }
    if (this.#seen >= this.#events.seen) return undefined;
    const told = this.#events.after(this.#seen, MOST_ROWS);
    this.#seen = this.#events.seen;
    return frame('events', told, `${this.#boot}:${this.#seen}`);
  }
}
