import type { StreamSource } from '../../shared/ports/streamSource.ts';
import type { TableStore } from '../../shared/ports/tableStore.ts';
import { versionItem } from '../support/given/reviewerItems.ts';
import { readAll, readShard } from './reading.ts';

interface Made {
  readonly table: Pick<TableStore, 'putIfAbsent'>;
  readonly source: StreamSource;
}

const versions = (count: number, reviewId = 'r1') =>
  Array.from({ length: count }, (_, i) => versionItem({ reviewId, version: i + 1 }));

/** What every StreamSource does, whatever it stands on. */
export function streamSourceContract(make: () => Promise<Made>): void {
  let table: Made['table'];
  let source: StreamSource;
  beforeEach(async () => {
    ({ table, source } = await make());
  });

  test('it has a name and a first shard without a parent', async () => {
    await table.putIfAbsent(versions(1));
    expect(source.stream).not.toBe('');
    const shards = await source.shards();
    expect(shards.length).toBeGreaterThan(0);
    expect(shards.some(({ parent }) => parent === undefined)).toBe(true);
  });

  test('changes of one item come in the order in which they were made, each with an id and sequence of its own', async () => {
    for (const item of versions(12)) await table.putIfAbsent([item]);
    const records = await readAll(source);
    expect(records.map((record) => record.new)).toEqual(versions(12));
    expect(new Set(records.map(({ eventId }) => eventId)).size).toBe(12);
    const sequences = records.map(({ sequence }) => BigInt(sequence));
    expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => (a < b ? -1 : 1)));
  });

  test('a shard is opened behind any of its positions', async () => {
    for (const item of versions(5)) await table.putIfAbsent([item]);
    const [shard] = await source.shards();
    if (!shard) throw new Error('no shard');
    const records = await readShard(source, shard.id);
    for (const [i, { sequence }] of records.entries())
      expect(await readShard(source, shard.id, sequence)).toEqual(records.slice(i + 1));
  });

  test('an empty page is not the end: what is written later comes on the next', async () => {
    await table.putIfAbsent(versions(1));
    const [shard] = await source.shards();
    if (!shard) throw new Error('no shard');
    const [first] = await readShard(source, shard.id);
    const page = await source.read(await source.open(shard.id, first?.sequence));
    expect(page.records).toEqual([]);
    expect(page.next).toBeDefined();
    await table.putIfAbsent(versions(2));
    let next = page.next;
    const records: unknown[] = [];
    for (let pages = 0; pages < 20 && next !== undefined && records.length === 0; pages++) {
      const more = await source.read(next);
      records.push(...more.records.map((record) => record.new));
      next = more.next;
    }
    expect(records).toEqual([versions(2)[1]]);
  });

  test('the time of a record is about now', async () => {
    await table.putIfAbsent(versions(1));
    const [record] = await readAll(source);
    expect(record?.at).toBeGreaterThan(Date.parse('2026-01-01T00:00:00.000Z'));
    expect(Number.isInteger(record?.at)).toBe(true);
  });

  test('a shard that is gone is trimmed behind a position, and at its end from its beginning', async () => {
    await table.putIfAbsent(versions(1));
    const [shard] = await source.shards();
    const gone = shard?.id.replace(/.$/, (last) => (last === '0' ? '1' : '0')) ?? '';
    const [record] = await readAll(source);
    await expect(source.open(gone, record?.sequence)).rejects.toMatchObject({ code: 'STREAM_TRIMMED' });
    expect(await source.read(await source.open(gone, undefined))).toEqual({ records: [], next: undefined });
  });

  test('reading twice gives the same', async () => {
    await table.putIfAbsent(versions(30));
    const first = await readAll(source);
    expect(first).toHaveLength(30);
    expect(await readAll(source)).toEqual(first);
  });
}
