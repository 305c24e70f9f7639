import { archiveProcessor } from '../../../processors/archive/handler.ts';
import { sweep } from '../../../processors/archive/sweep.ts';
import { readBundles } from '../../../shared/archive/bundle.ts';
import type { Attributes } from '../../../shared/model/attribute.ts';
import { keyId } from '../../../shared/model/keys.ts';
import { namesOf } from '../../../shared/model/names.ts';
import { DAY_MS } from '../../../shared/model/retention.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import { keyOf } from '../../../shared/stream/change.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { readToTheEnd } from '../../support/given/reading.ts';
import { lives } from '../../support/given/review.ts';
import { statisticsOver } from '../../support/given/statistics.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';
import { memoryState } from '../../support/memory/memoryState.ts';
import { memoryStreamSource } from '../../support/memory/memoryStreamSource.ts';
import { MemoryTable } from '../../support/memory/memoryTable.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

/* Children that the table's TTL took are in the bundle of their collection, and stay out of the table when it is reopened. */

const names = namesOf(reviewer, 'test');
const DUE = Date.parse('2026-02-03T08:00:00.000Z') + 400 * DAY_MS;
const SOURCE = { pk: 'REVIEW#r1', sk: 'STATS' };
const EXPIRY = Date.parse('2026-03-01T00:00:00.000Z');
const expiresAt = { N: String(EXPIRY / 1000) };
const [finding, otherFinding] = lives.findings as [Attributes, Attributes];
/** One in the review's partition, one elsewhere. */
const EXPIRING = [
  { ...lives.pending, expiresAt },
  { ...finding, expiresAt },
];
const STAYING = [lives.completed, otherFinding, lives.fix];

let table: MemoryTable;
let state: ReturnType<typeof memoryState>;
let archive: MemoryArchive;
let readAll: () => Promise<void>;
const sweeping = (): Promise<unknown> => sweep({ system: reviewer, names, table, state, archive, log: silentLog }, DUE);
const isThere = (item: Attributes): boolean => table.item(keyOf(reviewer.table, item)) !== undefined;

beforeEach(async () => {
  const clock = new TurnedClock();
  table = new MemoryTable(reviewer.table, clock);
  state = memoryState();
  archive = new MemoryArchive();
  const source = memoryStreamSource(table.stream);
  readAll = () =>
    readToTheEnd({
      source,
      state,
      processors: [statisticsOver(table, { state, source }), archiveProcessor(reviewer, names, { archive, state })],
      clock,
    });
  for (const item of [...EXPIRING, ...STAYING]) table.put(item);
  await readAll();
  await table.removeExpired(
    EXPIRING.map((item) => keyOf(reviewer.table, item)),
    EXPIRY,
  );
  await readAll();
});

test('what expired before is in the bundle, as it was', async () => {
  expect(EXPIRING.some(isThere)).toBe(false);
  await sweeping();
  const bundle = await readBundles(reviewer, names, archive, 'review', SOURCE);
  for (const item of [...EXPIRING, ...STAYING]) expect(bundle.get(keyId(keyOf(reviewer.table, item)))).toEqual(item);
  expect(STAYING.some(isThere)).toBe(false);
});

test('what was written anew since is there as it is now', async () => {
  const anew = { ...EXPIRING[0], createdBy: { S: 'u-7' }, expiresAt: { N: String(DUE / 1000 + 60) } } as Attributes;
  table.put(anew);
  await readAll();
  await sweeping();
  const bundle = await readBundles(reviewer, names, archive, 'review', SOURCE);
  expect(bundle.get(keyId(keyOf(reviewer.table, anew)))).toEqual(anew);
});

test('what expired does not come back with a collection that is reopened half way', async () => {
  const remove = table.removeMarked.bind(table);
  let calls = 0;
  table.removeMarked = (copies, bundle) => (++calls === 2 ? Promise.reject(new Error('dies')) : remove(copies, bundle));
  await expect(sweeping()).rejects.toThrow('dies');
  expect(isThere(otherFinding)).toBe(false);
  table.put({
    ...lives.fix,
    SK: { S: 'VERSION#4' },
    version: { N: '4' },
    createdAt: { S: '2027-03-01T00:00:00.000Z' },
  });
  await readAll();
  await sweeping();
  expect(STAYING.every(isThere)).toBe(true);
  expect(EXPIRING.some(isThere)).toBe(false);
});
