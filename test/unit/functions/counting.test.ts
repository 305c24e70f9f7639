import { Counts, countedPlace } from '../../../infra/aws/functions/counting.ts';
import { encodeAttributes } from '../../../shared/model/attribute.ts';
import { keyId } from '../../../shared/model/keys.ts';
import { ITEM_KEY, tablesAsOne } from '../../../shared/model/tables.ts';
import { storesAsOne } from '../../../shared/stream/tablesAsOne.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';
import { MemoryBus } from '../../support/memory/memoryBus.ts';
import { MemoryTable } from '../../support/memory/memoryTable.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

/* Ports that are counted are the ports, whole: those of several tables are a class's, whose methods no copy has. */

const declared = tablesAsOne((stage) => `shop-${stage}`, {
  orders: { name: (stage) => `orders-${stage}`, partitionKey: 'id' },
  counts: { name: (stage) => `counts-${stage}`, partitionKey: 'group' },
});
const key = { pk: 'counts#1' };
const aggregate = encodeAttributes({ [ITEM_KEY]: key.pk, afterwrite: { statistic: 'count', revision: 1 } });

function counted() {
  const tables = declared.parts.map(({ name, table }) => [name, new MemoryTable(table, new TurnedClock())] as const);
  const ports = { table: storesAsOne(declared, new Map(tables)), bus: new MemoryBus(), archive: new MemoryArchive() };
  const counts = new Counts();
  const told = (): Record<string, number> => {
    const all: Record<string, number> = {};
    const gauge = (name: string, value: number): void => {
      all[name] = value;
    };
    counts.tell({ gauge }, {});
    return all;
  };
  return { ...countedPlace(ports, counts), told };
}

test('what was done is counted once', async () => {
  const { table, bus, archive, told } = counted();
  const replacement = { key, item: aggregate, revision: 0 };
  expect(await table.replace([replacement])).toEqual(['written']);
  expect(await table.replace([replacement])).toEqual(['conflict']);
  await bus.put([{ source: 's', detailType: 't', detail: '{}', time: 0 }]);
  expect(await archive.putIfAbsent('k', Buffer.from('four'))).toBe('written');
  expect(await archive.putIfAbsent('k', Buffer.from('four'))).toBe('present');
  expect(told()).toEqual({ commits: 1, conflicts: 1, events: 1, archivedBytes: 4 });
  expect(told()).toEqual({});
});

test('whatever else a port does, it still does', async () => {
  const { table, bus, archive } = counted();
  await table.replace([{ key, item: aggregate, revision: 0 }]);
  expect([...(await table.read([key])).keys()]).toEqual([keyId(key)]);
  const scanned: unknown[] = [];
  for await (const item of table.scan()) scanned.push(item);
  expect(scanned).toEqual([aggregate]);
  await expect(bus.describe()).resolves.toBeUndefined();
  expect(bus.name).toBe('bus');
  await archive.putIfAbsent('k', Buffer.from('four'));
  expect(Buffer.from(await archive.get('k')).toString()).toBe('four');
});
