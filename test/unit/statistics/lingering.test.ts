import '../../simulation/syncZlib.ts';
import { archiveProcessor } from '../../../processors/archive/handler.ts';
import { settleGroups } from '../../../processors/archive/lingering.ts';
import { statisticsProcessor, statisticsSteps } from '../../../processors/statistics/handler.ts';
import { encodeAttributes } from '../../../shared/model/attribute.ts';
import { AfterwriteError } from '../../../shared/model/errors.ts';
import type { Key } from '../../../shared/model/keys.ts';
import { count } from '../../../shared/model/measures/count.ts';
import { namesOf } from '../../../shared/model/names.ts';
import { statistic } from '../../../shared/model/statistic.ts';
import { storedItem } from '../../../shared/model/storedAggregate.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import type { StreamSource } from '../../../shared/ports/streamSource.ts';
import { Lineage } from '../../../shared/stream/lineage.ts';
import type { Processor } from '../../../shared/stream/processor.ts';
import { EMPTY_PAGES } from '../../../shared/stream/window.ts';
import { workOff } from '../../../shared/stream/workOff.ts';
import { crewsLingering, keyOfPost, postItem } from '../../support/given/crews.ts';
import { readToTheEnd } from '../../support/given/reading.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';
import { memoryState } from '../../support/memory/memoryState.ts';
import { memoryStreamSource } from '../../support/memory/memoryStreamSource.ts';
import { MemoryTable } from '../../support/memory/memoryTable.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

/** Reading moves the clock by seconds here. */
const LINGERS_MS = 600_000;
const crews = crewsLingering(LINGERS_MS);
const SAILOR = { pk: 'SHIP#s1', sk: 'STATS#n1' };

function givenCrew() {
  const clock = new TurnedClock();
  const table = new MemoryTable(crews.table, clock);
  const [state, archive] = [memoryState(), new MemoryArchive()];
  const source = memoryStreamSource(table.stream);
  const read = (processor: Processor) => readToTheEnd({ system: crews, source, state, clock, processors: [processor] });
  let looks = 0;
  /** What a stream shows before its next record. */
  let empty = 0;
  const sparse: StreamSource = {
    ...source,
    open: async (shard, after) => `${empty} ${await source.open(shard, after)}`,
    read: async (iterator) => {
      const [left, own] = [Number.parseInt(iterator, 10), iterator.slice(iterator.indexOf(' ') + 1)];
      return left > 0 ? { records: [], next: `${left - 1} ${own}` } : source.read(own);
    },
  };
  const stream = async () => {
    looks++;
    return sparse;
  };
  const ports = { table, state, lineage: new Lineage(source), log: silentLog };
  const count = () => read(statisticsProcessor(crews, ports));
  return {
    clock,
    table,
    count,
    /** What the group's own record tells is noted by the archive's reader. */
    all: async () => {
      await count();
      await read(archiveProcessor(crews, namesOf(crews, 'test'), { archive, state }));
    },
    settle: (signal?: AbortSignal) =>
      settleGroups({ system: crews, table, state, stream, log: silentLog }, clock.now(), signal),
    looks: () => looks,
    hideBehind: (pages: number) => {
      empty = pages;
    },
    drop: (key: Key) =>
      workOff(statisticsSteps(crews, ports), { system: crews, state }, { how: 'drop', key, by: 'me' }),
    ship: () => table.item({ pk: 'SHIPS#s1', sk: 'STATS' })?.sailors,
    told: () => storedItem(crews.statistic('sailor'), SAILOR, table.item(SAILOR) ?? {})?.posts,
    read: () => table.item(SAILOR)?.posts,
  };
}

/** Sailors whose only post came and went, and all has read it. */
async function givenEmptied(...names: readonly string[]) {
  const crew = givenCrew();
  for (const name of names) crew.table.put(postItem(name, 'mate'));
  await crew.all();
  for (const name of names) crew.table.remove(keyOfPost(name, 'mate'));
  await crew.all();
  return crew;
}

test('a group that empties shows nothing, is told of as it was, and ends when its time is over', async () => {
  const crew = await givenEmptied('n1');
  expect([crew.read(), crew.told(), crew.ship()]).toEqual([undefined, { mate: 1 }, { N: '1' }]);
  expect(await crew.settle()).toEqual({ settled: 0, waiting: 1, held: 0 });
  crew.clock.advance(2 * LINGERS_MS);
  expect(await crew.settle()).toEqual({ settled: 1, waiting: 0, held: 0 });
  await crew.all();
  expect([crew.read(), crew.told(), crew.ship()]).toEqual([undefined, undefined, undefined]);
  expect(await crew.settle()).toEqual({ settled: 0, waiting: 0, held: 0 });
});

test('it does not end while something is unread that was written before its time was over, however late that is', async () => {
  const crew = await givenEmptied('n1');
  crew.table.put(postItem('n1', 'captain'));
  crew.clock.advance(3 * LINGERS_MS);
  expect(await crew.settle()).toEqual({ settled: 0, waiting: 1, held: 0 });
  await crew.all();
  expect(await crew.settle()).toEqual({ settled: 0, waiting: 0, held: 0 });
  expect(crew.told()).toEqual({ captain: 1 });
});

test('it does not end while what may fill it is parked', async () => {
  const crew = givenCrew();
  crew.table.put(postItem('n1', 'mate'));
  await crew.all();
  const captain = keyOfPost('n1', 'captain');
  crew.table.put({ ...postItem('n1', 'captain'), ship: { N: '1' } });
  crew.table.remove(keyOfPost('n1', 'mate'));
  await crew.all();
  crew.clock.advance(2 * LINGERS_MS);
  expect(await crew.settle()).toEqual({ settled: 0, waiting: 0, held: 1 });
  crew.table.put(postItem('n1', 'captain'));
  await crew.all();
  expect(await crew.settle()).toEqual({ settled: 0, waiting: 0, held: 1 });
  expect(await crew.drop(captain)).toMatchObject({ ended: 'opened' });
  expect(crew.told()).toEqual({ captain: 1 });
  expect(await crew.settle()).toEqual({ settled: 0, waiting: 0, held: 0 });
});

test('what was parked after its time was over does not hold it', async () => {
  const crew = await givenEmptied('n1');
  crew.clock.advance(2 * LINGERS_MS);
  crew.table.put({ ...postItem('n2', 'captain'), ship: { N: '1' } });
  await crew.all();
  expect(await crew.settle()).toEqual({ settled: 1, waiting: 0, held: 0 });
});

test('an unread record is found behind empty pages', async () => {
  const crew = await givenEmptied('n1');
  crew.table.put(postItem('n1', 'captain'));
  crew.hideBehind(EMPTY_PAGES - 1);
  crew.clock.advance(3 * LINGERS_MS);
  expect(await crew.settle()).toEqual({ settled: 0, waiting: 1, held: 0 });
});

test('one under whose key somebody else wrote is told, and stops no other', async () => {
  const crew = await givenEmptied('n1', 'n2');
  crew.table.put(encodeAttributes({ PK: SAILOR.pk, SK: SAILOR.sk, posts: 'none' }));
  await crew.all();
  crew.clock.advance(2 * LINGERS_MS);
  expect(await crew.settle()).toEqual({ settled: 1, waiting: 0, held: 0 });
});

test('once stopped it looks at nothing, and nothing ends', async () => {
  const crew = await givenEmptied('n1');
  crew.clock.advance(2 * LINGERS_MS);
  expect(await crew.settle(AbortSignal.abort())).toEqual({ settled: 0, waiting: 0, held: 0 });
  expect(crew.looks()).toBe(0);
  expect(await crew.settle()).toMatchObject({ settled: 1 });
});

test('however many end, what is unread is looked for once, and not before one is due', async () => {
  const crew = await givenEmptied('n1', 'n2', 'n3');
  await crew.settle();
  expect(crew.looks()).toBe(0);
  crew.clock.advance(2 * LINGERS_MS);
  expect(await crew.settle()).toEqual({ settled: 3, waiting: 0, held: 0 });
  expect(crew.looks()).toBe(1);
});

test('one that was filled and emptied again ends by its last entry', async () => {
  const crew = await givenEmptied('n1');
  crew.clock.advance(LINGERS_MS / 2);
  crew.table.put(postItem('n1', 'captain'));
  await crew.all();
  crew.table.remove(keyOfPost('n1', 'captain'));
  await crew.all();
  crew.clock.advance(LINGERS_MS / 2 + 1_000);
  expect(await crew.settle()).toEqual({ settled: 0, waiting: 1, held: 0 });
  crew.clock.advance(LINGERS_MS);
  expect(await crew.settle()).toEqual({ settled: 1, waiting: 0, held: 0 });
});

describe('what is declared wrongly is told when it is loaded', () => {
  const of = (more: object) => () =>
    statistic('odd', { key: 'ODD / STATS', measures: { n: count() }, feeds: () => [], ...more });

  test.each([0, -1, 1.5, 3_600_001])('%p milliseconds', (lingersMs) => {
    expect(of({ lingersMs })).toThrow('statistics.odd.lingersMs');
  });

  test('spread', () => {
    expect(of({ key: 'ODD#{x} / STATS', lingersMs: 5, spread: 4 })).toThrow(AfterwriteError);
  });

  // Its record may come an hour after the write that it follows from: an end would be told too early.
  test('fed by another statistic', () => {
    const ship = crews.statistic('ship');
    const fleet = () =>
      statistic('fleet', {
        key: 'FLEET#{name} / STATS',
        lingersMs: LINGERS_MS,
        measures: { n: count() },
        feeds: (from) => [from(ship, () => [{ into: { name: 'all' }, add: { n: 1 } }])],
      });
    expect(fleet).toThrow("statistics.fleet.lingersMs: it takes from 'ship', which is a statistic");
  });
});
