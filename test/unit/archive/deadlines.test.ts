import { z } from 'zod';
import { passDeadlines } from '../../../processors/archive/deadlines.ts';
import { sweep } from '../../../processors/archive/sweep.ts';
import { encodeAttributes } from '../../../shared/model/attribute.ts';
import { entity } from '../../../shared/model/entity.ts';
import { collection } from '../../../shared/model/retention.ts';
import { defineSystem, type System } from '../../../shared/model/system.ts';
import { timestamp } from '../../../shared/model/time.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import type { StateStore } from '../../../shared/ports/stateStore.ts';
import { saveDue } from '../../../shared/state/due.ts';
import { queueOf } from '../../../shared/stream/due.ts';
import { LeavingWorld } from '../../support/given/leaving.ts';
import { sayingInto } from '../../support/given/left.ts';
import { keyOfTicket, ticketItem, tickets } from '../../support/given/tickets.ts';
import { memoryState } from '../../support/memory/memoryState.ts';
import { MemoryTable } from '../../support/memory/memoryTable.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

const DUE = Date.parse('2026-02-01T10:00:00.000Z');
const KEY = keyOfTicket('t1');

/** As it was declared by mistake for a while: no moment can be told of any item. */
const mistaken: System = {
  ...tickets,
  entities: tickets.entities.map((entity) => ({ ...entity, schema: entity.schema.refine(() => false) })),
};

test('a deadline that came while the declaration was wrong is noted once that is mended', async () => {
  const [state, table] = [memoryState(), new MemoryTable(tickets.table, new TurnedClock())];
  const [ticket] = tickets.entities;
  if (!ticket) throw new Error('there are tickets');
  table.put(ticketItem({ ticketId: 't1', state: 'open', until: DUE }));
  await saveDue(state, [{ queue: queueOf(ticket, { field: 'lapsedAt' }), source: KEY, due: DUE, namedBy: 'e1' }]);
  const passing = (system: System) => passDeadlines({ system, table, state, log: silentLog }, DUE + 1);
  expect(await passing(mistaken)).toBe(0);
  expect(await passing(tickets)).toBe(1);
  expect(table.item(KEY)?.lapsedAt).toEqual({ S: '2026-02-01T10:00:00.000Z' });
});

test('an entry that a process which hung set back, over that of a later write, is not forgotten with the earlier one', async () => {
  const [state, table] = [memoryState(), new MemoryTable(tickets.table, new TurnedClock())];
  const [ticket] = tickets.entities;
  if (!ticket) throw new Error('there are tickets');
  const named = (namedBy: string) => [
    { queue: queueOf(ticket, { field: 'lapsedAt' }), source: KEY, due: DUE, namedBy },
  ];
  const item = ticketItem({ ticketId: 't1', state: 'open', until: DUE });
  table.put(item);
  await saveDue(state, named('e1'));
  const hung: StateStore = {
    ...state,
    removeIf: async (pk, sk, expected) => {
      // Between the look at the item and this: it was written anew, and read, and then a late answer's second try of the first arrived.
      table.put(item);
      for (const event of ['e2', 'e1']) await saveDue(state, named(event));
      return state.removeIf(pk, sk, expected);
    },
  };
  expect(await passDeadlines({ system: tickets, table, state: hung, log: silentLog }, DUE + 1)).toBe(1);
  expect(table.item(KEY)?.lapsedAt).toBeUndefined();
  expect(await passDeadlines({ system: tickets, table, state, log: silentLog }, DUE + 1)).toBe(1);
  expect(table.item(KEY)?.lapsedAt).toBeDefined();
});

describe('a collection with a member that nobody can read', () => {
  const shop = entity('shop', {
    key: 'SHOP#{shopId} / SHOP',
    schema: z.object({ shopId: z.string(), closedAt: z.number().optional() }),
    example: { shopId: 's1' },
  });
  const offer = entity('offer', {
    key: 'SHOP#{shopId} / OFFER#{offerId}',
    schema: z.object({ shopId: z.string(), offerId: z.string(), until: z.number(), overAt: timestamp().optional() }),
    deadlines: { overAt: ({ until }) => until },
    example: { shopId: 's1', offerId: 'o1', until: 0 },
  });
  const shops = defineSystem({
    name: 'shops',
    table: { name: (stage) => `shops-${stage}`, partitionKey: 'PK', sortKey: 'SK' },
    entities: [shop, offer],
    statistics: [],
    events: [],
    retention: [
      collection('shop', {
        of: shop,
        due: ({ closedAt }) => closedAt,
        entities: [shop, offer],
        partition: ({ shopId }) => `SHOP#${shopId}`,
        head: ({ shopId }) => shop.key.build({ shopId }),
        storageClass: 'STANDARD',
        lifeDays: 1,
      }),
    ],
  });
  const offerItem = (until: unknown) =>
    encodeAttributes({ PK: 'SHOP#s1', SK: 'OFFER#o1', shopId: 's1', offerId: 'o1', until });

  test('stays until its deadline can be noted, and is told', async () => {
    const said: string[] = [];
    const world = new LeavingWorld(shops, DUE);
    const sweepTold = () => sweep({ ...world, log: sayingInto(said) }, DUE + 1);
    world.table.put(encodeAttributes({ PK: 'SHOP#s1', SK: 'SHOP', shopId: 's1', closedAt: DUE }));
    world.table.put(offerItem('soon'));
    await world.archiveAll();
    expect(await sweepTold()).toMatchObject({ collections: 0, items: 0 });
    expect(world.table.items).toHaveLength(2);
    expect(said.join()).toContain('OFFER#o1');

    world.table.put(offerItem(DUE));
    await world.archiveAll();
    expect(await sweepTold()).toMatchObject({ passed: 1, collections: 1, items: 2 });
    expect(await world.bundledIn('shop')).toEqual(['OFFER#o1', 'SHOP']);
  });
});
