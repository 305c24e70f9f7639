import { reviewer } from '../../shared/systems/reviewer.ts';
import { versionItem } from '../support/given/reviewerItems.ts';
import { memoryStreamSource } from '../support/memory/memoryStreamSource.ts';
import { MemoryTable } from '../support/memory/memoryTable.ts';
import { TurnedClock } from '../support/memory/turnedClock.ts';
import { localStages } from './localStages.ts';
import { readShard } from './reading.ts';
import { streamSourceContract } from './streamSourceContract.ts';

describe('the stream in memory', () => {
  const make = () => {
    const table = new MemoryTable(reviewer.table, new TurnedClock());
    return { table, source: memoryStreamSource(table.stream, () => 3) };
  };
  streamSourceContract(async () => make());

  test('a shard that is split ends, and its children hold what comes later, each item in one of them', async () => {
    const { table, source } = make();
    table.put(versionItem());
    table.stream.split('shard-1');
    for (let i = 0; i < 20; i++) table.put(versionItem({ reviewId: `r${i}`, version: 2 }));
    expect(await source.shards()).toEqual([
      { id: 'shard-1', parent: undefined },
      { id: 'shard-2', parent: 'shard-1' },
      { id: 'shard-3', parent: 'shard-1' },
    ]);
    expect((await source.read(await source.open('shard-1', undefined))).next).toBeUndefined();
    const [left, right] = [await readShard(source, 'shard-2'), await readShard(source, 'shard-3')];
    expect(left.length).toBeGreaterThan(0);
    expect(right.length).toBeGreaterThan(0);
    expect(left.length + right.length).toBe(20);
  });

  test('iterators expire, and what was trimmed is told as lost to who has not read it', async () => {
    const { table, source } = make();
    for (let version = 1; version <= 4; version++) table.put(versionItem({ version }));
    const [first, second] = await readShard(source, 'shard-1');
    const iterator = await source.open('shard-1', undefined);
    table.stream.epoch++;
    await expect(source.read(iterator)).rejects.toMatchObject({ code: 'STREAM_EXPIRED_ITERATOR', retry: true });
    table.stream.trim('shard-1', 2);
    await expect(source.open('shard-1', first?.sequence)).rejects.toMatchObject({ code: 'STREAM_TRIMMED' });
    expect(await readShard(source, 'shard-1', second?.sequence)).toHaveLength(2);
    expect(await readShard(source, 'shard-1')).toHaveLength(2);
  });
});

describe('the stream over the SDK', () => {
  const open = localStages();
  streamSourceContract(async () => {
    const place = await open();
    return { table: place.table, source: await place.stream() };
  });
});
