import type { Envelope } from '../../../events/envelope.ts';
import { Hub } from '../../../infra/console/hub.ts';
import { LAST_EVENTS, RecentEvents } from '../../../infra/console/recentEvents.ts';
import { frame, type Sink } from '../../../infra/console/watcher.ts';

const event = (n: number, data: unknown = { n }): Envelope =>
  ({
    metadata: { id: `e${n}`, type: 'Happened', version: 1, time: '2026-01-31T09:00:00.000Z', subject: `THING#${n}` },
    data,
  }) as never;

const recent = (events = 100, characters = 1_000_000): RecentEvents => new RecentEvents({ events, characters });

/** A page that takes so many frames, and then no more until it is drained. */
class Page implements Sink {
  destroyed = false;
  readonly frames: string[] = [];
  room: number;
  #drained: (() => void) | undefined;
  #closed: (() => void) | undefined;

  constructor(room: number) {
    this.room = room;
  }

  write(text: string): boolean {
    this.frames.push(text);
    return --this.room > 0;
  }

  once(name: 'drain' | 'close', listener: () => void): void {
    if (name === 'drain') this.#drained = listener;
    else this.#closed = listener;
  }

  drain(room: number): void {
    this.room = room;
    this.#drained?.();
  }

  close(): void {
    this.destroyed = true;
    this.#closed?.();
  }

  told(topic: string): unknown[] {
    return this.frames
      .filter((text) => text.includes(`event: ${topic}\n`))
      .map((text) => JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? ''));
  }
}

test('a frame is as server-sent events are: a line break in a text ends nothing', () => {
  expect(frame('flow', { text: 'a\nb' })).toBe('event: flow\ndata: {"text":"a\\nb"}\n\n');
  expect(frame('events', [], 'run:7')).toBe('id: run:7\nevent: events\ndata: []\n\n');
});

test('a page that is slow is told the latest of each topic, and nothing waits for it but that', () => {
  const hub = new Hub(recent(), 'run');
  const page = new Page(1);
  hub.join(page, undefined);
  for (let n = 0; n < 1_000; n++) hub.tell('flow', n);
  for (let n = 0; n < 1_000; n++) hub.tell('health', n);
  expect(page.frames).toHaveLength(1);
  page.drain(100);
  expect([page.told('flow'), page.told('health')]).toEqual([[999], [999]]);
});

test('events that came while it was slow are told together, and how many had no room', () => {
  const events = recent(10);
  const hub = new Hub(events, 'run');
  const page = new Page(100);
  hub.join(page, undefined);
  events.add(event(1));
  hub.nudge();
  page.room = 1;
  hub.tell('flow', 'fills it');
  for (let n = 2; n <= 31; n++) {
    events.add(event(n));
    hub.nudge();
  }
  page.drain(100);
  const [, later] = page.told('events') as { rows: { index: number }[]; skipped: number }[];
  expect(later?.rows.map(({ index }) => index)).toEqual([22, 23, 24, 25, 26, 27, 28, 29, 30, 31]);
  expect(later?.skipped).toBe(20);
});

test('a page that connects again is told what it has not seen; another run of the server begins anew', () => {
  const events = recent();
  for (let n = 1; n <= 5; n++) events.add(event(n));
  const rowsFor = (last: string | undefined): number[] => {
    const page = new Page(100);
    new Hub(events, 'run').join(page, last);
    return (page.told('events') as { rows: { index: number }[] }[]).flatMap(({ rows }) =>
      rows.map(({ index }) => index),
    );
  };
  expect(rowsFor('run:3')).toEqual([4, 5]);
  expect(rowsFor('run:5')).toEqual([]);
  expect(rowsFor('earlier:3')).toEqual([1, 2, 3, 4, 5]);
  expect(rowsFor(undefined)).toEqual([1, 2, 3, 4, 5]);
});

test('a page that says it has seen what never was is told all there is', () => {
  const events = recent();
  events.add(event(1));
  const page = new Page(100);
  new Hub(events, 'run').join(page, 'run:99');
  expect(page.told('events')).toMatchObject([{ rows: [{ index: 1 }], skipped: 0 }]);
});

test('a page that has gone is told nothing more, and makes room for another', () => {
  const hub = new Hub(recent(), 'run');
  const pages = Array.from({ length: 32 }, () => new Page(100));
  for (const page of pages) hub.join(page, undefined);
  expect([hub.watchers, hub.isFull]).toEqual([32, true]);
  const [first] = pages;
  first?.close();
  expect([hub.watchers, hub.isFull]).toEqual([31, false]);
  hub.tell('flow', 1);
  expect([first?.told('flow'), pages[1]?.told('flow')]).toEqual([[], [1]]);
});

test('the last events are bounded by number and by size, and an event that comes again counts once', () => {
  const few = recent(3);
  for (let n = 1; n <= 9; n++) few.add(event(n));
  expect([few.size, few.seen, few.add(event(9))]).toEqual([3, 9, false]);
  expect(few.find(few.after(0, 10).rows[0]?.id ?? '')).toContain('e7');
  const narrow = recent(1_000, 10_000);
  for (let n = 1; n <= 100; n++) narrow.add(event(n, 'x'.repeat(1_000)));
  expect(narrow.size).toBeLessThan(10);
  expect(narrow.size).toBeGreaterThan(5);
});

test('the console holds the last 10,000 events and no more', () => {
  const events = new RecentEvents(LAST_EVENTS);
  for (let n = 1; n <= 10_100; n++) events.add(event(n));
  expect([events.size, events.seen, events.after(0, 1_000).skipped]).toEqual([10_000, 10_100, 9_100]);
});

test('a row shows the beginning of its data, however large that is', () => {
  const events = recent();
  events.add(event(1, 'x'.repeat(100_000)));
  expect(events.after(0, 1).rows[0]?.preview).toHaveLength(160);
});
