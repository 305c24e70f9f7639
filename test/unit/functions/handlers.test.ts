import { mappingHandler } from '../../../infra/aws/functions/mappingHandler.ts';
import type { Opened } from '../../../infra/aws/functions/opened.ts';
import { scheduledHandler, type Task } from '../../../infra/aws/functions/scheduledHandler.ts';
import { AfterwriteError } from '../../../shared/model/errors.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import type { StateStore } from '../../../shared/ports/stateStore.ts';
import type { Change } from '../../../shared/stream/change.ts';
import { MappedShards } from '../../../shared/stream/mappedShards.ts';
import type { MappingEvent } from '../../../shared/stream/mappingEvent.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { versionItem } from '../../support/given/reviewerItems.ts';
import { toMappingEvent } from '../../support/invoker/toMappingEvent.ts';
import { memoryState } from '../../support/memory/memoryState.ts';
import { MemoryStream } from '../../support/memory/memoryStream.ts';
import { memoryStreamSource } from '../../support/memory/memoryStreamSource.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

const CANARY = 'canary-of-a-body';
const WINDOW = { start: 0, end: 900_000 };

let clock: TurnedClock;
let state: StateStore;
let stream: MemoryStream;
let logged: unknown[];
let opened: number;
beforeEach(() => {
  clock = new TurnedClock();
  state = memoryState();
  stream = new MemoryStream();
  logged = [];
  opened = 0;
});

const log = {
  info: (...told: unknown[]) => void logged.push(told),
  warn: (...told: unknown[]) => void logged.push(told),
  error: (...told: unknown[]) => void logged.push(told),
};

/** Six versions of one review, in one shard. */
function eventOf(isFinal = false): MappingEvent {
  for (let version = 1; version <= 6; version++) {
    const item = versionItem({ version, createdBy: CANARY });
    const { PK, SK } = item as Record<'PK' | 'SK', { S: string }>;
    stream.append('r1', { at: clock.now(), keys: { PK, SK }, old: undefined, new: item, byTtl: false });
  }
  const [shard] = stream.shards;
  return toMappingEvent({ stream: stream.name, shard: shard!.id, window: WINDOW, isFinal }, shard!.records);
}

/** @param process given the versions of each slice */
const processorOf = (name: string, process: (versions: number[]) => Promise<void>) => ({
  name,
  process: (changes: readonly Change[]) =>
    process(changes.map(({ new: item }) => (item as { version: number }).version)),
});

function handlerOf(...processors: ReturnType<typeof processorOf>[]) {
  const context = {
    name: 'live',
    system: reviewer,
    source: memoryStreamSource(stream),
    state,
    processors,
    clock,
    pause: clock.pause,
    random: () => 0,
    log,
    shards: new MappedShards(),
    slice: 2,
  };
  return mappingHandler(async () => {
    opened++;
    return { context };
  }, clock.pause);
}

const forMs = (ms: number) => {
  const until = clock.now() + ms;
  return { getRemainingTimeInMillis: () => until - clock.now() };
};

describe('a reader behind a mapping', () => {
  test('an event that does not name its shard is refused, with the mend, before anything is opened', async () => {
    const { shardId: _left, ...event } = eventOf();
    await expect(handlerOf()(event, forMs(60_000))).rejects.toMatchObject({
      code: 'EVENT_UNREADABLE',
      retry: false,
      mend: expect.stringContaining('TumblingWindowInSeconds'),
    });
    expect(opened).toBe(0);
  });

  test.each([false, true])('an invocation without records does nothing; last of its window: %s', async (isFinal) => {
    const window = { ...eventOf(isFinal), Records: [], state: { of: 'another' } };
    expect(await handlerOf()(window, forMs(60_000))).toEqual({ state: {}, batchItemFailures: [] });
    expect(opened).toBe(0);
  });

  test('the last invocation of a window may hold records as any other', async () => {
    const seen: number[] = [];
    const handler = handlerOf(processorOf('statistics', async (versions) => void seen.push(...versions)));
    expect(await handler(eventOf(true), forMs(60_000))).toEqual({ state: {}, batchItemFailures: [] });
    expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('it ends before its time is over; what is done stays done, and the next begins behind it', async () => {
    const seen: number[] = [];
    const slow = processorOf('statistics', async (versions) => {
      seen.push(...versions);
      clock.advance(3_000);
    });
    const event = eventOf();
    const answer = await handlerOf(slow)(event, forMs(10_000));
    expect(seen).toEqual([1, 2, 3, 4]);
    const left = event.Records?.[4]?.dynamodb.SequenceNumber;
    expect(answer).toEqual({ state: {}, batchItemFailures: [{ itemIdentifier: left }] });
    expect(await handlerOf(slow)(event, forMs(10_000))).toEqual({ state: {}, batchItemFailures: [] });
    expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('of several processors the lowest failure is told, and no line tells a body', async () => {
    const failing = (name: string, at: number) =>
      processorOf(name, async (versions) => {
        if (versions.includes(at)) throw new AfterwriteError('ITEM_MALFORMED', `${name} fails`, { mend: 'mend it' });
      });
    const event = eventOf();
    const answer = await handlerOf(failing('statistics', 5), failing('fanout', 3))(event, forMs(60_000));
    expect(answer.batchItemFailures).toEqual([{ itemIdentifier: event.Records?.[2]?.dynamodb.SequenceNumber }]);
    expect(JSON.stringify(logged)).toContain('fanout fails');
    expect(JSON.stringify(logged)).not.toContain(CANARY);
  });
});

describe('a task of a schedule', () => {
  const openedWith = (): Opened => {
    const options = { clock, pause: clock.pause, newId: () => `run-${clock.now()}`, log: silentLog };
    return { place: { state }, options } as unknown as Opened;
  };
  const handler = (task: Task) => scheduledHandler(async () => openedWith(), { sweep: task });

  test.each([{}, { task: 'drain' }, undefined, { task: 'toString' }])(
    '%j names none, and is refused',
    async (event) => {
      await expect(handler({ work: async () => {} })(event, forMs(60_000))).rejects.toMatchObject({
        code: 'EVENT_UNREADABLE',
        mend: 'invoke it with { "task": "sweep" }',
      });
    },
  );

  test('one run works at a time, and every run tells how things stand', async () => {
    let [told, worked] = [0, 0];
    const release = new AbortController();
    const task: Task = {
      tell: async () => void told++,
      work: async () => {
        worked++;
        await clock.pause(50_000, release.signal);
      },
    };
    const first = handler(task)({ task: 'sweep' }, forMs(60_000));
    await new Promise((resolve) => setImmediate(resolve));
    await handler(task)({ task: 'sweep' }, forMs(60_000));
    expect({ told, worked }).toEqual({ told: 2, worked: 1 });
    release.abort();
    await first;
    await handler(task)({ task: 'sweep' }, forMs(60_000));
    expect({ told, worked }).toEqual({ told: 3, worked: 2 });
  });

  test('it is told to stop before its time is over', async () => {
    let stopped: number | undefined;
    const task: Task = {
      work: (_, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            stopped = clock.now();
            resolve();
          });
        }),
    };
    const ends = clock.now() + 60_000;
    const running = handler(task)({ task: 'sweep' }, forMs(60_000));
    for (let turns = 0; turns < 20 && stopped === undefined; turns++) {
      await new Promise((resolve) => setImmediate(resolve));
      clock.advanceToNext();
    }
    await running;
    expect(stopped).toBeLessThan(ends);
  });
});
