import { claimStore } from '../../../events/claim.ts';
import { deriveEvents } from '../../../events/derive.ts';
import type { Envelope } from '../../../events/envelope.ts';
import { archiveProcessor } from '../../../processors/archive/handler.ts';
import { fanoutProcessor } from '../../../processors/fanout/handler.ts';
import { statisticsProcessor } from '../../../processors/statistics/handler.ts';
import { readJournal } from '../../../shared/archive/journal.ts';
import { listDataset } from '../../../shared/archive/listing.ts';
import type { Attribute } from '../../../shared/model/attribute.ts';
import { keyText } from '../../../shared/model/keys.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import { firstParked } from '../../../shared/state/parked.ts';
import { type Change, decodeChange } from '../../../shared/stream/change.ts';
import { Lineage } from '../../../shared/stream/lineage.ts';
import { created, NOTED_AT, tenancyNames as names, noted, noteItem, tenancy } from '../../support/given/tenancy.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';
import { MemoryBus } from '../../support/memory/memoryBus.ts';
import { memoryState } from '../../support/memory/memoryState.ts';
import { memoryStreamSource } from '../../support/memory/memoryStreamSource.ts';
import { MemoryTable } from '../../support/memory/memoryTable.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

const origin = { stage: 'test', table: names.table };

async function all(changes: readonly Change[]) {
  const [archive, state, bus, table] = [
    new MemoryArchive(),
    memoryState(),
    new MemoryBus(),
    new MemoryTable(tenancy.table, new TurnedClock(NOTED_AT)),
  ];
  const claims = claimStore(tenancy, names, archive);
  const lineage = new Lineage(memoryStreamSource(table.stream));
  await fanoutProcessor(tenancy, origin, { bus, claims, state, log: silentLog }).process(changes);
  await statisticsProcessor(tenancy, { table, state, lineage, log: silentLog }).process(changes);
  await archiveProcessor(tenancy, names, { archive, state }).process(changes);
  const published = bus.taken.map(({ detail }) => JSON.parse(detail) as Envelope);
  const parked = async (processor: string): Promise<(string | undefined)[][]> =>
    [...(await firstParked(state, processor)).values()].map(({ key, code, reason }) => [keyText(key), code, reason]);
  return { archive, table, published, parked };
}

const anothers = { organizationId: { S: 'b' } as Attribute };

test.each<[string, Attribute]>([
  ['another tenant', { S: 'b' }],
  ['no text', { L: [] }],
  ['nobody', { S: '' }],
])(
  'an item whose attribute names %s is parked: no event, no statistic; the journal has it under its key’s tenant',
  async (_, organizationId) => {
    const { archive, table, published, parked } = await all([
      created({ ...noteItem('a'), organizationId }, { sequence: '10' }),
      noted('a', 'n2', { sequence: '11' }),
    ]);
    expect(published.map(({ metadata }) => [metadata.subject, metadata.tenant])).toEqual([['ORG#a/NOTE#n2', 'a']]);
    expect(table.item({ pk: 'ORG#a', sk: 'STATS' })).toMatchObject({ notes: { N: '1' } });
    expect(table.item({ pk: 'ORG#b', sk: 'STATS' })).toBeUndefined();
    for (const processor of ['fanout', 'statistics'])
      expect(await parked(processor)).toEqual([
        ['ORG#a/NOTE#n1', 'ITEM_MALFORMED', expect.stringContaining('organizationId')],
      ]);
    const read: string[] = [];
    for await (const { eventId } of readJournal(tenancy, names, archive)) read.push(eventId);
    expect(read).toEqual(['event-10', 'event-11']);
    for await (const _ of listDataset(tenancy, names, archive, 'journal', 'b'))
      throw new Error("b has something of a's");
  },
);

test('what names another tenant beside a key of nobody is parked too', async () => {
  const plan = { PK: { S: 'PLAN#p1' }, SK: { S: 'PLAN' }, planId: { S: 'p1' } };
  const { published, parked } = await all([
    created({ ...plan, ...anothers }, { sequence: '10' }),
    noted(undefined, 'p2', { sequence: '11' }),
  ]);
  expect(published.map(({ metadata }) => [metadata.subject, metadata.tenant])).toEqual([['PLAN#p2/PLAN', undefined]]);
  expect(await parked('fanout')).toEqual([
    ['PLAN#p1/PLAN', 'ITEM_MALFORMED', expect.stringContaining('the tenant that the key names')],
  ]);
});

test('a large event leaves its data under its tenant, the same data of two tenants twice', async () => {
  const text = 'x'.repeat(210 * 1024);
  const large = ['a', 'b'].map((of, i) => created(noteItem(of, { text }), { sequence: String(10 + i) }));
  const { archive, published } = await all(large);
  const keys = published.map(({ metadata }) => metadata.claim?.key ?? '');
  expect(keys.map((key) => key.split('/').slice(0, 5).join('/'))).toEqual([
    'v1/claims/tenancy/test/a',
    'v1/claims/tenancy/test/b',
  ]);
  for (const key of keys) expect((await archive.get(key)).length).toBeGreaterThan(0);
});

test('the events of a statistic are of the tenant that it counts for', async () => {
  const { table } = await all([noted('a', 'n1', { sequence: '10' }), noted('a', 'n2', { sequence: '11' })]);
  const [counted] = table.stream.records.map((record) => decodeChange(tenancy, record, 'stream', 'shard-1'));
  const events = deriveEvents(tenancy, origin, counted as Change);
  expect(events.map(({ metadata }) => [metadata.type, metadata.tenant])).toEqual([['OrgGrown', 'a']]);
});
