import { archiveProcessor, archiveRedriven } from '../../../processors/archive/handler.ts';
import { encodeAttributes } from '../../../shared/model/attribute.ts';
import { departuresOf } from '../../../shared/state/departures.ts';
import { dueTimes } from '../../../shared/state/due.ts';
import { decodeChange } from '../../../shared/stream/change.ts';
import { readMark } from '../../../shared/stream/mark.ts';
import { LeavingWorld } from '../../support/given/leaving.ts';
import { CLOSED, vault } from '../../support/given/vault.ts';

const NOW = Date.parse('2026-02-01T10:00:00.000Z');
const SOURCE = { pk: 'ACCOUNT#a1', sk: 'ITEM' };
const account = (amount: number | string) =>
  encodeAttributes({
    PK: SOURCE.pk,
    SK: SOURCE.sk,
    ...{ accountId: 'a1', shop: 's1', amount, owner: { name: 'n' }, contacts: [], keys: {} },
  });

/** By hand: a reader at the end of its stream does not wait for compression. */
async function archiveAll({ system, names, table, archive, state }: LeavingWorld): Promise<void> {
  const changes = table.stream.records.map((record) => decodeChange(system, record, 'stream', 'shard-1'));
  await archiveProcessor(system, names, { archive, state }).process(changes);
}

test('what is half way out while nobody can tell when it is due is looked at again once somebody can', async () => {
  const world = new LeavingWorld(vault, NOW);
  const stateOf = async () => (await departuresOf(world.state, 'account', [SOURCE]))[0]?.state;
  world.table.put(account(CLOSED));
  await archiveAll(world);
  const { removeMarked } = world.table;
  world.table.removeMarked = async () => {
    throw new Error('killed');
  };
  await expect(world.sweep(NOW)).rejects.toThrow('killed');
  world.table.removeMarked = removeMarked;
  expect(readMark(world.table.item(SOURCE))?.leaving).toBeDefined();

  // An update, which leaves the mark where it is.
  world.table.put({ ...world.table.item(SOURCE), amount: { S: 'much' } });
  await archiveAll(world);
  await world.sweep(NOW);
  expect(await stateOf()).toBe('leaving');

  world.table.put({ ...world.table.item(SOURCE), amount: { N: '1' } });
  await archiveAll(world);
  await world.sweep(NOW);
  expect(await stateOf()).toBe('stayed');
  expect(world.table.item(SOURCE)).toEqual(account(1));
});

test('what could not be told when a change was archived is told when it is redriven: its time too', async () => {
  const { system, names, archive, state } = new LeavingWorld(vault, NOW);
  const [collection] = system.retention;
  if (!collection) throw new Error('the vault lets go of accounts');
  const world = new LeavingWorld(vault, NOW);
  world.table.put(account(CLOSED));
  const changes = world.table.stream.records.map((record) => decodeChange(system, record, 'stream', 'shard-1'));
  expect(await dueTimes(state, collection)).toEqual([]);
  await archiveRedriven(system, names, { archive, state }, changes);
  expect(await dueTimes(state, collection)).toHaveLength(1);
});
