import '../../simulation/syncZlib.ts';
import { auditArchive } from '../../../processors/archive/audit/audit.ts';
import { archiveProcessor } from '../../../processors/archive/handler.ts';
import { restoreCollection, restoreItem } from '../../../processors/archive/restoreItems.ts';
import { sweep } from '../../../processors/archive/sweep.ts';
import { readBundle } from '../../../shared/archive/bundle.ts';
import { datasetPrefix } from '../../../shared/archive/layout.ts';
import { type Attributes, encodeAttribute } from '../../../shared/model/attribute.ts';
import { namesOf } from '../../../shared/model/names.ts';
import type { StorageClass } from '../../../shared/model/retention.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import { decodeChange, keyOf } from '../../../shared/stream/change.ts';
import { type Death, Door, Killed } from '../../support/faults/door.ts';
import { keysUnder } from '../../support/given/archivedHistory.ts';
import { edges, edgesIn, FILES, folderItem, partItem } from '../../support/given/edges.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';
import { MemoryObjects } from '../../support/memory/memoryObjects.ts';
import { memoryState } from '../../support/memory/memoryState.ts';
import { MemoryTable } from '../../support/memory/memoryTable.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

/* What items refer to in S3 is copied and proven before they leave. */

const names = namesOf(edges, 'test');
const SOURCE = { pk: 'DOC#d1', sk: 'FOLDER' };
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const partWith = (name: string, ...files: string[]): Attributes => ({
  ...partItem('d1', name),
  files: encodeAttribute(files),
});
const [FIRST, SECOND, PLAIN] = [partWith('p1', 'a.md', 'b/é.md'), partWith('p2', 'c.md'), partItem('d1', 'p3')];

class World {
  readonly clock = new TurnedClock(Date.parse('2026-02-01T10:00:00.000Z'));
  readonly table = new MemoryTable(edges.table, this.clock);
  readonly state = memoryState();
  readonly archive = new MemoryArchive(this.clock);
  readonly objects = new MemoryObjects(this.archive);
  readonly told: string[] = [];
  #read = 0;

  constructor(items: readonly Attributes[] = [FIRST, SECOND, PLAIN]) {
    for (const key of ['a.md', 'b/é.md', 'c.md']) this.objects.put({ bucket: FILES, key }, bytes(`content of ${key}`));
    for (const item of [...items, folderItem('d1')]) this.table.put(item);
  }

  async read(): Promise<void> {
    const records = this.table.stream.records.slice(this.#read);
    this.#read += records.length;
    const changes = records.map((record) => decodeChange(edges, record, 'stream', 'shard-1'));
    await archiveProcessor(edges, names, this).process(changes);
  }

  sweep(door = new Door(), system = edges) {
    const log = { ...silentLog, error: (_: object, text: string) => void this.told.push(text) };
    const [table, state, objects] = [door.guard(this.table), door.guard(this.state), door.guard(this.objects)];
    const archive = door.guard<MemoryArchive>(this.archive);
    return sweep({ system, names, table, state, archive, objects, log }, this.clock.now());
  }

  /** Of items that left: what they refer to, as the archive has it. */
  async copies(): Promise<Map<string, string>> {
    const copies = new Map<string, string>();
    for (const key of await keysUnder(this.archive, datasetPrefix(edges, names, 'bundles')))
      for (const { bucket, key: name, copy } of (await readBundle(this.archive, key)).objects)
        copies.set(`${bucket}/${name}`, Buffer.from(await this.archive.get(copy)).toString());
    return copies;
  }

  has(item: Attributes): boolean {
    return this.table.item(keyOf(edges.table, item)) !== undefined;
  }

  async findings(): Promise<string[]> {
    const { archive, state, clock } = this;
    const { findings } = await auditArchive(edges, names, archive, { now: clock.now(), state });
    return findings.map(({ level, code, where }) => `${level} ${code} ${where}`);
  }
}

const ALL = new Map(['a.md', 'b/é.md', 'c.md'].map((key) => [`${FILES}/${key}`, `content of ${key}`]));

test('it is copied, named in the bundle, and told when its item comes back', async () => {
  const world = new World();
  await world.read();
  expect(await world.sweep()).toEqual({ collections: 1, items: 3, passed: 0, waiting: 0 });
  expect(await world.copies()).toEqual(ALL);
  await world.read();
  expect(await world.findings()).toEqual([]);
  const context = { system: edges, names, table: world.table, archive: world.archive };
  const [only] = await restoreItem(context, keyOf(edges.table, SECOND));
  expect(only?.objects).toMatchObject([{ bucket: FILES, key: 'c.md', bytes: 15 }]);
  const back = await restoreCollection(context, 'parts', SOURCE);
  expect(back.map(({ objects }) => objects?.map(({ key }) => key).sort())).toEqual([
    ['a.md', 'b/é.md'],
    ['c.md'],
    undefined,
  ]);
});

test('a copy that is gone is a hole', async () => {
  const world = new World();
  await world.read();
  await world.sweep();
  const [copy] = await keysUnder(world.archive, datasetPrefix(edges, names, 'objects'));
  await world.archive.remove(copy as string);
  expect(await world.findings()).toEqual([`hole COPY_MISSING ${copy}`]);
});

test('where an object is missing its item stays, and is told; the others leave; and it, when the object is back', async () => {
  const world = new World();
  const lost = { bucket: FILES, key: 'b/é.md' };
  world.objects.remove(lost);
  await world.read();
  await world.sweep();
  expect([FIRST, SECOND, PLAIN].map((item) => world.has(item))).toEqual([true, false, true]);
  expect(world.told).toEqual([
    'stays in the table, for what it refers to is not archived: s3://theirs/b/é.md is not there; put it back',
  ]);
  const bundles = await keysUnder(world.archive, datasetPrefix(edges, names, 'bundles'));
  await world.sweep();
  expect(await keysUnder(world.archive, datasetPrefix(edges, names, 'bundles'))).toEqual(bundles);
  expect([FIRST, PLAIN].map((item) => world.has(item))).toEqual([true, true]);
  world.objects.put(lost, bytes('content of b/é.md'));
  await world.sweep();
  expect([FIRST, SECOND, PLAIN].map((item) => world.has(item))).toEqual([false, false, false]);
  expect(await world.copies()).toEqual(ALL);
  await world.read();
  expect(await world.findings()).toEqual([]);
});

test('an item that can not be read stays: nobody knows what it refers to', async () => {
  const malformed = { ...SECOND, files: { S: 'c.md' } };
  const world = new World([FIRST, malformed, PLAIN]);
  await world.read();
  await world.sweep();
  expect([FIRST, malformed].map((item) => world.has(item))).toEqual([false, true]);
  expect(world.told).toEqual([expect.stringContaining('is no valid part')]);
});

test('nothing of it leaves where nobody copies', async () => {
  const world = new World([FIRST]);
  await world.read();
  const { table, state, archive } = world;
  await sweep({ system: edges, names, table, state, archive, log: silentLog }, world.clock.now());
  expect(world.has(FIRST)).toBe(true);
});

test.each(['GLACIER_IR', 'GLACIER'] as const satisfies readonly StorageClass[])(
  'copies go to the class %s with their bundle, when all has left',
  async (storageClass) => {
    const world = new World();
    await world.read();
    await world.sweep(new Door(), edgesIn(storageClass));
    const classes = [];
    for (const dataset of ['bundles', 'objects'] as const)
      for await (const object of world.archive.list(datasetPrefix(edges, names, dataset)))
        classes.push(object.storageClass);
    expect(classes).toEqual(Array(4).fill(storageClass));
  },
);

test.each<Death>(['unsent', 'unanswered'])('killed in any call (%s): what has left is copied', async (how) => {
  let calls = 0;
  for (let at = 0; ; at++) {
    const world = new World();
    await world.read();
    const door = new Door(at, how);
    await world.sweep(door).catch((error: unknown) => expect(error).toBeInstanceOf(Killed));
    const copies = await world.copies();
    if (!world.has(FIRST)) expect(copies.get(`${FILES}/b/é.md`)).toBe('content of b/é.md');
    if (!world.has(SECOND)) expect(copies.get(`${FILES}/c.md`)).toBe('content of c.md');
    await world.sweep();
    expect([FIRST, SECOND, PLAIN].some((item) => world.has(item))).toBe(false);
    expect(await world.copies()).toEqual(ALL);
    await world.read();
    expect(await world.findings()).toEqual([]);
    if (!door.isDead) break;
    calls = at;
  }
  expect(calls).toBeGreaterThan(15);
});
