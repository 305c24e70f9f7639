import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { type Stack, startStack } from '../../infra/local/stack.ts';
import { type Workplace, workplace } from '../../infra/pipeline/workplace.ts';
import { auditArchive } from '../../processors/archive/audit/audit.ts';
import { compact } from '../../processors/archive/compact.ts';
import { MARK_BYTES } from '../../processors/archive/leave.ts';
import { restoreCollection } from '../../processors/archive/restoreItems.ts';
import { journalSnapshot } from '../../processors/archive/snapshot.ts';
import { sweep } from '../../processors/archive/sweep.ts';
import { readItem } from '../../shared/archive/history.ts';
import type { JournalLine } from '../../shared/archive/journalLine.ts';
import { datasetPrefix } from '../../shared/archive/layout.ts';
import { journalShelf } from '../../shared/archive/shelf.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import { keyId, partitionOf } from '../../shared/model/keys.ts';
import type { Collection } from '../../shared/model/retention.ts';
import { itemBytes, MAX_ITEM_BYTES } from '../../shared/model/size.ts';
import { systemClock } from '../../shared/ports/clock.ts';
import { silentLog } from '../../shared/ports/log.ts';
import { dueTimes } from '../../shared/state/due.ts';
import { keyOf } from '../../shared/stream/change.ts';
import { withoutMark } from '../../shared/stream/mark.ts';
import { dropStage } from '../support/faults/dropStage.ts';
import { adoptForeignErrors } from '../support/faults/foreignErrors.ts';
import { provisionAll, runAll } from '../support/faults/life.ts';
import { keysUnder } from '../support/given/archivedHistory.ts';
import { edges, FILES, folderItem, longText, partItem } from '../support/given/edges.ts';

/* What stands at the limits of DynamoDB goes the whole way: journal, compaction, bundle, its history, back into the table, audit. */

adoptForeignErrors();

const REGION = 'us-east-1';
const never = new AbortController().signal;
/** PK and SK are DynamoDB's longest: 2,048 and 1,024 bytes. */
const [LONG_ID, LONG_PART] = [longText(2048 - 'DOC#'.length), longText(1024 - 'PART#'.length)];

let stack: Stack;
let place: Workplace;
beforeAll(async () => {
  stack = await startStack({ given: {}, clock: systemClock, region: REGION });
});
afterAll(async () => stack?.stop());
beforeEach(async () => {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  place = workplace(edges, `e${Date.now().toString(36)}`, { region: REGION, endpoints: stack.endpoints, credentials });
  await provisionAll(place);
});
afterEach(async () => {
  await dropStage(place);
  place.clients.close();
});

const keyOfItem = (item: Attributes) => keyOf(edges.table, item);
const shelf = () => journalShelf(edges, place.names, place.archive);
const bundles = () => keysUnder(place.archive, datasetPrefix(edges, place.names, 'bundles'));

async function stored(item: Attributes): Promise<Attributes | undefined> {
  return (await place.table.read([keyOfItem(item)])).get(keyId(keyOfItem(item)));
}

async function written(...items: Attributes[]): Promise<void> {
  expect(await place.table.putIfAbsent(items)).toEqual(items.map(() => 'written'));
  await runAll(place, never);
}

async function compacted(): Promise<void> {
  const options = { segmentBytes: 1, patienceMs: 0, everything: true, now: Date.now() };
  expect((await compact(shelf(), options)).lines).toBeGreaterThan(0);
}

async function history(item: Attributes): Promise<JournalLine[]> {
  return (await readItem(shelf(), partitionOf(keyOfItem(item)))).map(({ value }) => value as JournalLine);
}

async function isSound(): Promise<void> {
  const { findings, conserved } = await auditArchive(edges, place.names, place.archive, {
    now: Date.now(),
    state: place.state,
  });
  expect(findings).toEqual([]);
  expect(conserved.lines).toEqual(conserved.records);
  expect(conserved.records.user).toBeGreaterThan(0);
}

/** Out of the table and back into it, with all that lies between. */
async function goesTheWholeWay(docId: string, item: Attributes): Promise<void> {
  await written(item, folderItem(docId));
  expect(await stored(item)).toBeUndefined();
  expect(await bundles()).toHaveLength(1);
  await compacted();
  const lines = await history(item);
  expect(lines[0]?.new).toEqual(item);
  expect(lines[lines.length - 1]).toMatchObject({ cause: 'archived' });
  expect(withoutMark(lines[lines.length - 1]?.old ?? {})).toEqual(item);
  await isSound();
  const back = await restoreCollection(place, 'parts', keyOfItem(folderItem(docId)));
  expect(back).toMatchObject([{ key: keyOfItem(item), outcome: 'written' }]);
  expect(withoutMark((await stored(item)) ?? {})).toEqual(item);
}

test(
  'an item of 400 KB, but for the mark that it gets',
  () => goesTheWholeWay('d1', partItem('d1', 'large', MAX_ITEM_BYTES - MARK_BYTES)),
  120_000,
);

test('keys as long as they can be, of separators and emoji', async () => {
  const item = partItem(LONG_ID, LONG_PART);
  expect([keyOfItem(item).pk, keyOfItem(item).sk ?? ''].map((text) => Buffer.byteLength(text))).toEqual([2048, 1024]);
  await goesTheWholeWay(LONG_ID, item);
}, 120_000);

test('an item of 400 KB to the byte has no room for the mark: it stays, and is told; the rest of its way is open', async () => {
  const item = partItem('d1', 'full', MAX_ITEM_BYTES);
  expect(itemBytes(item)).toBe(MAX_ITEM_BYTES);
  await place.table.putIfAbsent([item]);
  expect(await journalSnapshot(place, { signal: never })).toEqual({ items: 1, journalled: 1 });
  await written(folderItem('d1'));
  const told: string[] = [];
  const log = { ...silentLog, error: (_: object, text: string) => void told.push(text) };
  await sweep({ ...place, log }, Date.now());
  expect(told).toEqual([expect.stringContaining('stays in the table: DOC#d1/PART#full has 409600 bytes')]);
  expect(await stored(item)).toEqual(item);
  expect(await bundles()).toEqual([]);
  await compacted();
  expect((await history(item)).map(({ cause, new: image }) => [cause, image])).toEqual([
    ['snapshot', item],
    ['write', item],
  ]);
  await isSound();
}, 120_000);

test('what an item refers to in S3 leaves with it, and is told with it', async () => {
  const { s3 } = place.clients;
  await s3.send(new CreateBucketCommand({ Bucket: FILES }));
  await s3.send(new PutObjectCommand({ Bucket: FILES, Key: 'post/é mortem.md', Body: 'what happened' }));
  const item = { ...partItem('d1', 'p1'), files: { L: [{ S: 'post/é mortem.md' }] } };
  await written(item, folderItem('d1'));
  expect(await stored(item)).toBeUndefined();
  await isSound();
  const [back] = await restoreCollection(place, 'parts', keyOfItem(folderItem('d1')));
  expect(back?.objects).toMatchObject([{ bucket: FILES, key: 'post/é mortem.md', bytes: 13 }]);
  const copy = await place.archive.get(back?.objects?.[0]?.copy ?? '');
  expect(Buffer.from(copy).toString()).toBe('what happened');
}, 120_000);

test('an empty collection: its items are gone when it is due', async () => {
  const item = partItem('d1', 'p1');
  await written(item);
  const { pk, sk = '' } = keyOfItem(item);
  const Key = { PK: { S: pk }, SK: { S: sk } };
  await place.clients.dynamodb.send(new DeleteItemCommand({ TableName: place.names.table, Key }));
  await written(folderItem('d1'));
  expect(await bundles()).toEqual([]);
  expect(await dueTimes(place.state, edges.retention[0] as Collection)).toEqual([]);
  await expect(restoreCollection(place, 'parts', keyOfItem(folderItem('d1')))).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await compacted();
  expect((await history(item)).map(({ cause }) => cause)).toEqual(['write', 'delete']);
  await isSound();
}, 120_000);
