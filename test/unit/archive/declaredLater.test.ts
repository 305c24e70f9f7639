import { z } from 'zod';
import { deriveEvents } from '../../../events/derive.ts';
import { archiveProcessor } from '../../../processors/archive/handler.ts';
import { sweep } from '../../../processors/archive/sweep.ts';
import { backfill } from '../../../processors/backfill/backfill.ts';
import { encodeAttributes } from '../../../shared/model/attribute.ts';
import { entity } from '../../../shared/model/entity.ts';
import { event } from '../../../shared/model/event.ts';
import type { Key } from '../../../shared/model/keys.ts';
import { DAY_MS, life } from '../../../shared/model/retention.ts';
import { defineSystem } from '../../../shared/model/system.ts';
import { timestamp } from '../../../shared/model/time.ts';
import { deadlinePassed } from '../../../shared/model/transitions.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import type { Backfilling } from '../../../shared/ports/tableStore.ts';
import { decodeChange } from '../../../shared/stream/change.ts';
import { LeavingWorld } from '../../support/given/leaving.ts';
import { memoryStreamSource } from '../../support/memory/memoryStreamSource.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

const NOW = Date.parse('2026-02-01T10:00:00.000Z');
const KEY = { pk: 'OFFER#o1', sk: 'ITEM' };

/** An offer is over, and leaves, so many days after it was made; undefined: nothing of it is declared. */
function offers({ over, leaves }: { over?: number; leaves?: number }) {
  const offer = entity('offer', {
    key: 'OFFER#{offerId} / ITEM',
    schema: z.object({ offerId: z.string(), madeAt: z.number(), overAt: timestamp().optional() }),
    ...(over !== undefined && { deadlines: { overAt: (o: { madeAt: number }) => o.madeAt + over * DAY_MS } }),
    example: { offerId: 'o1', madeAt: 0 },
  });
  const offerOver = event('OfferOver', {
    version: 1,
    since: '0.1.0',
    description: 'An offer is over.',
    schema: z.object({ offerId: z.string() }),
    example: { offerId: 'o1' },
    when: deadlinePassed(offer, 'overAt'),
    data: ({ offerId }) => ({ offerId }),
  });
  return defineSystem({
    name: 'offers',
    table: { name: (stage) => `offers-${stage}`, partitionKey: 'PK', sortKey: 'SK' },
    entities: [offer],
    statistics: [],
    events: over === undefined ? [] : [offerOver],
    retention:
      leaves === undefined ? [] : [life('offer', { of: offer, due: (o) => o.madeAt + leaves * DAY_MS, lifeDays: 1 })],
  });
}

async function given(system: ReturnType<typeof offers>) {
  const world = new LeavingWorld(system, NOW);
  const { names, table, archive, state } = world;
  const put = (offerId: string) =>
    table.put(encodeAttributes({ PK: `OFFER#${offerId}`, SK: KEY.sk, offerId, madeAt: NOW }));
  put('o1');
  const changes = table.stream.records.map((record) => decodeChange(system, record, 'stream', 'shard-1'));
  await archiveProcessor(system, names, { archive, state }).process(changes);
  return {
    sweep: (now: ReturnType<typeof offers>, days: number) =>
      sweep({ system: now, names, table, state, archive, log: silentLog }, NOW + days * DAY_MS),
    /** The stream has forgotten what was written so far. */
    forget: () => table.stream.trim('shard-1', table.stream.records.length),
    put,
    backfill: (now: ReturnType<typeof offers>, days: number, meanwhile = () => {}) => {
      const source = memoryStreamSource(table.stream);
      const clock = new TurnedClock(NOW + days * DAY_MS);
      const pause = async () => {};
      const scanned = {
        read: (keys: readonly Key[]) => table.read(keys),
        backfill: (all: readonly Backfilling[]) => table.backfill(all),
        pages: async function* (after: Key | undefined) {
          yield* table.pages(after);
          meanwhile();
        },
      };
      const context = { system: now, table: scanned, state, clock, stream: async () => source };
      return backfill(context, { pause, random: () => 0, log: silentLog, signal: new AbortController().signal });
    },
    /** Events that the last write asks for. */
    told: (now: ReturnType<typeof offers>) => {
      const last = table.stream.records.at(-1);
      if (!last) throw new Error('something was written');
      const change = decodeChange(now, last, 'stream', 'shard-1');
      return deriveEvents(now, { stage: 'test', table: 'offers' }, change).map(({ metadata }) => metadata.type);
    },
    overAt: () => table.item(KEY)?.overAt,
  };
}

describe('a declaration that tells another time than when the item was written', () => {
  test('a later one: it leaves by that', async () => {
    const { sweep } = await given(offers({ leaves: 1 }));
    const later = offers({ leaves: 3 });
    expect(await sweep(later, 1)).toMatchObject({ items: 0 });
    expect(await sweep(later, 2)).toMatchObject({ items: 0 });
    expect(await sweep(later, 3)).toMatchObject({ items: 1 });
  });

  test('an earlier one: it leaves late, and not never', async () => {
    const { sweep } = await given(offers({ leaves: 3 }));
    const earlier = offers({ leaves: 1 });
    expect(await sweep(earlier, 3)).toMatchObject({ items: 0 });
    expect(await sweep(earlier, 3)).toMatchObject({ items: 1 });
  });

  test('a later deadline is noted by that', async () => {
    const { sweep, overAt } = await given(offers({ over: 1 }));
    const later = offers({ over: 3 });
    expect(await sweep(later, 1)).toMatchObject({ passed: 0 });
    expect(await sweep(later, 2)).toMatchObject({ passed: 0 });
    expect(await sweep(later, 3)).toMatchObject({ passed: 1 });
    expect(overAt()).toEqual({ S: '2026-02-04T10:00:00.000Z' });
  });
});

describe('a declaration that is younger than the item', () => {
  const later = offers({ over: 1, leaves: 3 });

  test('reaches it by a backfill, once', async () => {
    const { sweep, forget, backfill, overAt, told } = await given(offers({}));
    forget();
    expect(await sweep(later, 4)).toMatchObject({ passed: 0, items: 0 });
    expect(await backfill(later, 0)).toMatchObject({ noted: 2, backfilled: 0, isOver: true });
    expect(await backfill(later, 0)).toMatchObject({ noted: 0 });
    expect(await sweep(later, 1)).toMatchObject({ passed: 1, items: 0 });
    expect(overAt()).toEqual({ S: '2026-02-02T10:00:00.000Z' });
    expect(told(later)).toEqual(['OfferOver']);
    expect(await sweep(later, 3)).toMatchObject({ items: 1 });
  });

  test('what had passed before anybody knew counts, and is told to nobody', async () => {
    const { sweep, backfill, overAt, told } = await given(offers({}));
    await backfill(later, 2);
    expect(await sweep(later, 2)).toMatchObject({ passed: 1 });
    expect(overAt()).toEqual({ S: '2026-02-02T10:00:00.000Z' });
    expect(told(later)).toEqual([]);
  });

  test('reaches what is written while the table is scanned, and its readers run the declaration before', async () => {
    const { sweep, forget, backfill, put } = await given(offers({}));
    forget();
    expect(await backfill(later, 0, () => put('o2'))).toMatchObject({ noted: 4 });
    expect(await sweep(later, 3)).toMatchObject({ passed: 2, items: 2 });
  });
});
