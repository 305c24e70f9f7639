import { auditArchive } from '../../../processors/archive/audit/audit.ts';
import { erase, isNothing } from '../../../processors/archive/erase/erase.ts';
import { Matcher, type Subject } from '../../../processors/archive/erase/subject.ts';
import { type Survey, survey } from '../../../processors/archive/erase/survey.ts';
import { archiveProcessor } from '../../../processors/archive/handler.ts';
import { bundleOf, isWhole, readBundle } from '../../../shared/archive/bundle.ts';
import { readJournal } from '../../../shared/archive/journal.ts';
import { bundleKey, claimKey, collectionPrefix, datasetPrefix, hashOf } from '../../../shared/archive/layout.ts';
import { writeProven, writeText } from '../../../shared/archive/lines.ts';
import { spillPlace, writeSpilled } from '../../../shared/archive/spilled.ts';
import { encodeAttributes } from '../../../shared/model/attribute.ts';
import { namesOf } from '../../../shared/model/names.ts';
import { saveDeparture } from '../../../shared/state/departures.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { archivedHistory, HISTORY_END, keysUnder } from '../../support/given/archivedHistory.ts';
import { findingItem, versionItem } from '../../support/given/reviewerItems.ts';
import { NOTED_AT, noted, tenancy, tenancyNames } from '../../support/given/tenancy.ts';
import { FailingArchive } from '../../support/memory/failingArchive.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';
import { memoryState } from '../../support/memory/memoryState.ts';
import { RecordingArchive } from '../../support/memory/recordingArchive.ts';

const names = namesOf(reviewer, 'test');
const subject = (given: Partial<Subject>): Subject => ({ keys: [], partitions: [], fields: [], ...given });
const FINDING = subject({ partitions: ['FINDING#f1'] });
const DAY_MS = 86_400_000;

async function given() {
  const archive = new MemoryArchive();
  const state = memoryState();
  const history = await archivedHistory(archive, names);
  const context = { system: reviewer, names, archive, state };
  const look = (whom: Subject = FINDING): Promise<Survey> => survey(context, whom, { now: HISTORY_END });
  const all = async () =>
    Promise.all((await keysUnder(archive, 'v1/')).map(async (key) => [key, await archive.get(key)]));
  return { archive, state, history, context, look, all };
}

describe('who it is about', () => {
  const item = encodeAttributes({
    owner: { id: 'u-1', tags: new Set(['a', 'b']) },
    members: [{ id: 'u-2' }, { id: 'u-3' }],
    count: 7,
    flag: true,
  });
  const holds = (path: string, value: string): boolean =>
    new Matcher(subject({ fields: [{ path: path.split('.'), value }] })).copy({ pk: 'a', sk: 'b' }, item);

  test.each([
    ['owner.id', 'u-1', true],
    ['owner.id', 'u-2', false],
    ['owner', 'u-1', false],
    ['owner.tags', 'b', true],
    ['members.id', 'u-3', true],
    ['members.id', 'u-1', false],
    ['count', '7', true],
    ['flag', 'true', false],
    ['constructor', 'u-1', false],
    ['none.id', 'u-1', false],
  ])('a field %s of %s: %p', (path, value, expected) => {
    expect(holds(path, value)).toBe(expected);
  });

  test('a partition is no prefix of another one, and a slash in it is told from that before the sort key', () => {
    const matcher = new Matcher(subject({ partitions: ['A'], keys: [{ pk: 'B/C', sk: 'D' }] }));
    const copies = [
      ['A', 'x'],
      ['AB', 'x'],
      ['A/x', 'y'],
      ['B/C', 'D'],
      ['B', 'C/D'],
    ] as const;
    expect(copies.map(([pk, sk]) => matcher.copy({ pk, sk }, {}))).toEqual([true, false, false, true, false]);
  });

  test.each([
    ['A/', 'A/z', true],
    ['0', 'Z', true],
    ['A/x', 'A/y', true],
    ['0', '9', false],
    ['A0', 'Z', false],
  ])('members from %s to %s may hold items of the partition A: %p', (first, last, expected) => {
    expect(new Matcher(subject({ partitions: ['A'] })).mayBeWithin({ first, last })).toBe(expected);
  });
});

test('of segments that can not hold the item nothing is read', async () => {
  const { archive, context, history } = await given();
  const read: string[] = [];
  const watched = new FailingArchive(archive);
  watched.get = async (key, range) => {
    read.push(key);
    return archive.get(key, range);
  };
  await survey({ ...context, archive: watched }, subject({ keys: [{ pk: 'ZZZ', sk: 'x' }] }), { now: HISTORY_END });
  expect(read.filter((key) => key.startsWith(history.journal.segments))).toEqual([]);
  expect(read.some((key) => key.startsWith(history.journal.objects))).toBe(true);
});

test('where there is nothing of it, nothing is written', async () => {
  const { look, all } = await given();
  const before = await all();
  expect(isNothing(await look(subject({ partitions: ['NOBODY'] })))).toBe(true);
  expect(await all()).toEqual(before);
});

describe('refused, with nothing changed,', () => {
  const refusal = async (prepare: (g: Awaited<ReturnType<typeof given>>) => Promise<void>, whom?: Subject) => {
    const one = await given();
    await prepare(one);
    const before = await keysUnder(one.archive, 'v1/');
    const refused = one.look(whom).then((found) => erase(one.context, found, { now: HISTORY_END }));
    const error: unknown = await refused.catch((thrown: unknown) => thrown);
    expect(await keysUnder(one.archive, 'v1/')).toEqual(before);
    return error;
  };

  test('where an object is locked: which, until when', async () => {
    const until = HISTORY_END + DAY_MS;
    const error = await refusal(async ({ archive, look }) => {
      for (const key of (await look()).objects) archive.lock(key, { mode: 'COMPLIANCE', until });
    });
    expect(error).toMatchObject({ code: 'ARCHIVE_LOCKED', mend: expect.stringContaining('nobody can before') });
    expect(String(error)).toMatch(/v1\/journal\/.* can't be erased before 2026-02-05T06:00:00\.000Z: COMPLIANCE lock/);
  });

  test('where it may lie in cold storage', async () => {
    const error = await refusal(
      async ({ archive, history }) => {
        for (const key of await keysUnder(archive, history.journal.segments)) await archive.move(key, 'GLACIER');
      },
      subject({ fields: [{ path: ['createdBy'], value: 'u-1' }] }),
    );
    expect(error).toMatchObject({ code: 'ARCHIVE_COLD', mend: expect.stringContaining('archive restore') });
  });

  test('where changes of it wait for the bus', async () => {
    const error = await refusal(
      async ({ archive, history }) => writeSpilled(archive, spillPlace(reviewer, names), history.first),
      subject({ partitions: ['REVIEW#r1'] }),
    );
    expect(error).toMatchObject({ code: 'ERASE_REFUSED', message: expect.stringContaining('wait for the bus') });
  });

  test('where its collection is on its way out of the table', async () => {
    const departure = { source: { pk: 'REVIEW#r1', sk: 'STATS' }, state: 'leaving', attempts: [] } as const;
    const error = await refusal(async ({ state }) => void (await saveDeparture(state, 'review', departure, undefined)));
    expect(error).toMatchObject({ code: 'ERASE_REFUSED', message: expect.stringContaining('REVIEW#r1/STATS') });
  });
});

test('a lock that is over holds nothing', async () => {
  const { archive, look } = await given();
  const [first, second] = (await look()).objects as [string, string];
  archive.lock(first, { mode: 'GOVERNANCE', until: HISTORY_END });
  expect((await look()).locked).toEqual([]);
  archive.lock(second ?? first, { mode: 'GOVERNANCE', until: HISTORY_END + 1 });
  expect((await look()).locked).toHaveLength(1);
});

test('a claim goes by what it holds, and others stay', async () => {
  const { archive, look, context } = await given();
  const prefix = datasetPrefix(reviewer, names, 'claims');
  const put = async (data: unknown): Promise<string> => {
    const text = JSON.stringify(data);
    const key = claimKey(prefix, hashOf(text));
    await writeText(archive, key, text, hashOf(text));
    return key;
  };
  const [own, other] = [await put({ by: ['u-1'] }), await put({ by: ['u-2'] })];
  const found = await look(subject({ fields: [{ path: ['by'], value: 'u-1' }] }));
  expect(found.claims).toEqual([own]);
  await erase(context, found, { now: HISTORY_END });
  expect(await keysUnder(archive, prefix)).toEqual([other]);
});

test('items that left the table and count on are told', async () => {
  const { look } = await given();
  expect((await look()).search.departed).toBe(1);
  expect((await look(subject({ partitions: ['REVIEW#r2'] }))).search.departed).toBe(0);
});

describe('where a system has tenants', () => {
  async function notes() {
    const archive = new RecordingArchive(new MemoryArchive());
    const state = memoryState();
    const changes = ['a', 'a/b'].flatMap((org, i) =>
      ['n1', 'n2'].map((id, j) => noted(org, id, { sequence: String(10 * i + j), at: NOTED_AT })),
    );
    await archiveProcessor(tenancy, tenancyNames, { archive, state }).process(changes);
    const context = { system: tenancy, names: tenancyNames, archive, state };
    const whom = subject({ fields: [{ path: ['noteId'], value: 'n1' }] });
    const left = async (): Promise<string[]> => {
      const found: string[] = [];
      for await (const { key } of readJournal(tenancy, tenancyNames, archive)) found.push(`${key.pk} ${key.sk}`);
      return found.sort();
    };
    return { archive, context, whom, left };
  }

  test('it is erased of all of them, each by its own chain', async () => {
    const { context, whom, left } = await notes();
    await erase(context, await survey(context, whom, { now: HISTORY_END }), { now: HISTORY_END });
    expect(await left()).toEqual(['ORG#a NOTE#n2', 'ORG#a/b NOTE#n2']);
    const { findings, erasures } = await auditArchive(tenancy, tenancyNames, context.archive, {
      now: HISTORY_END,
      state: context.state,
    });
    expect(findings).toEqual([]);
    expect(erasures).toMatchObject([{ changes: 2, events: 2, endedAt: HISTORY_END }]);
  });

  test('of one alone, nothing of the others is read', async () => {
    const { archive, context, whom, left } = await notes();
    const one = { ...context, tenant: 'a' };
    archive.asked.clear();
    await erase(one, await survey(one, whom, { now: HISTORY_END }), { now: HISTORY_END });
    expect([...archive.asked].filter((key) => key.includes('a%2Fb'))).toEqual([]);
    expect(await left()).toEqual(['ORG#a NOTE#n2', 'ORG#a/b NOTE#n1', 'ORG#a/b NOTE#n2']);
  });
});

test('copies of objects go where items of the person alone refer to them, and the bundle is whole without', async () => {
  const { archive, context, look } = await given();
  const [own, other] = [findingItem(), versionItem()];
  const refer = (item: Record<'PK' | 'SK', { S: string }>, copy: string) => ({
    ...{ item: { pk: item.PK.S, sk: item.SK.S }, bucket: 'b', key: 'k', etag: 'e', bytes: 1, copy },
  });
  const [alone, shared] = ['v1/objects/alone', 'v1/objects/shared'];
  const objects = [refer(own as never, alone), refer(own as never, shared), refer(other as never, shared)];
  for (const copy of [alone, shared]) await archive.putIfAbsent(copy, new Uint8Array([1]));
  const about = { collection: 'review', source: { pk: 'REVIEW#r9', sk: 'STATS' }, due: NOTED_AT };
  const bundle = bundleOf(reviewer, names, about, [own, other], objects);
  const prefix = collectionPrefix(reviewer, names, 'review', about.source);
  await writeProven(archive, bundle.lines, (hash) => bundleKey(prefix, bundle.id, hash));
  const found = await look();
  expect(found.copies).toEqual([alone]);
  await erase(context, found, { now: HISTORY_END });
  expect(await keysUnder(archive, 'v1/objects/')).toEqual([shared]);
  const [key] = (await keysUnder(archive, prefix)) as [string];
  const left = await readBundle(archive, key);
  expect(left.header).toMatchObject({ v: 3, bundle: bundle.id, items: 1, objects: 1 });
  expect([isWhole(left), left.items]).toEqual([true, [other]]);
  expect(left.objects).toEqual([objects[2]]);
});
