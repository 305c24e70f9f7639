import { archiveProcessor } from '../../../processors/archive/handler.ts';
import { restoreItem } from '../../../processors/archive/restoreItems.ts';
import { DepartedFeed } from '../../../processors/replay/departed.ts';
import { encodeAttributes } from '../../../shared/model/attribute.ts';
import { decodeChange } from '../../../shared/stream/change.ts';
import { LeavingWorld } from '../../support/given/leaving.ts';
import { CLOSED, vault } from '../../support/given/vault.ts';

const NOW = Date.parse('2026-02-01T10:00:00.000Z');
const SOURCE = { pk: 'ACCOUNT#a1', sk: 'ITEM' };
const account = encodeAttributes({
  PK: SOURCE.pk,
  SK: SOURCE.sk,
  ...{ accountId: 'a1', shop: 's1', amount: CLOSED, owner: { name: 'n' }, contacts: [], keys: {} },
});

/** By hand: a reader at the end of its stream does not wait for compression. */
async function archiveAll({ system, names, table, archive, state }: LeavingWorld): Promise<void> {
  const changes = table.stream.records.map((record) => decodeChange(system, record, 'stream', 'shard-1'));
  await archiveProcessor(system, names, { archive, state }).process(changes);
}

test('what came back and was deleted by its user while the replay waited stays away', async () => {
  const world = new LeavingWorld(vault, NOW);
  const { system, names, table, archive } = world;
  world.table.put(account);
  await archiveAll(world);
  await world.sweep(NOW);
  await archiveAll(world);
  const feed = new DepartedFeed(system, names, archive, {});
  expect(await feed.coldAhead()).toEqual([]);
  expect(await feed.count()).toMatchObject({ count: 1 });

  await restoreItem({ system, names, table, archive }, SOURCE);
  table.remove(SOURCE);
  await archiveAll(world);
  expect(await feed.coldAhead()).toEqual([]);
  const sent: unknown[] = [];
  for await (const { units } of feed.portions(undefined, 10)) sent.push(...units);
  expect(sent).toEqual([]);
});
