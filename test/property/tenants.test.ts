import fc from 'fast-check';
import { eventShelves, shelvesOf } from '../../events/archived.ts';
import { claimStore } from '../../events/claim.ts';
import { deriveEvents } from '../../events/derive.ts';
import { type Envelope, publicationId } from '../../events/envelope.ts';
import { auditArchive } from '../../processors/archive/audit/audit.ts';
import { compact, REMOVED_AFTER_MS } from '../../processors/archive/compact.ts';
import { archiveProcessor } from '../../processors/archive/handler.ts';
import { drain } from '../../processors/fanout/drain.ts';
import { asksForEvents, fanoutProcessor } from '../../processors/fanout/handler.ts';
import { spillingProcessor } from '../../processors/fanout/spilling.ts';
import { portionsBehind, sourceOf } from '../../processors/replay/source.ts';
import { readItem } from '../../shared/archive/history.ts';
import { readJournal } from '../../shared/archive/journal.ts';
import { journalRow } from '../../shared/archive/journalRow.ts';
import { DATASETS, partOf, tenantPart } from '../../shared/archive/layout.ts';
import { readLines } from '../../shared/archive/lines.ts';
import { listDataset } from '../../shared/archive/listing.ts';
import type { Place } from '../../shared/archive/rows.ts';
import { journalShelf, journalShelves } from '../../shared/archive/shelf.ts';
import { spillPlace } from '../../shared/archive/spilled.ts';
import { partitionKeyIn, partitionOf } from '../../shared/model/keys.ts';
import { silentLog } from '../../shared/ports/log.ts';
import { Ancestry } from '../../shared/stream/ancestry.ts';
import type { Change } from '../../shared/stream/change.ts';
import { NOTED_AT, tenancyNames as names, noted, ODD_TENANTS, tenancy } from '../support/given/tenancy.ts';
import { MemoryArchive } from '../support/memory/memoryArchive.ts';
import { MemoryBus } from '../support/memory/memoryBus.ts';
import { memoryState } from '../support/memory/memoryState.ts';
import { RecordingArchive } from '../support/memory/recordingArchive.ts';

/* Nothing that the archive holds is of two tenants, and who asks for one is given its lines, all of them, and no other. */

const HOUR_MS = 3_600_000;
const origin = { stage: 'test', table: names.table };

interface Story {
  /** Whose item each change is of; undefined: nobody's. */
  readonly owners: readonly (string | undefined)[];
  readonly batch: number;
  readonly minutes: number;
  /** After how many batches each compaction comes. */
  readonly compactions: readonly number[];
}

const stories: fc.Arbitrary<Story> = fc.record({
  owners: fc.array(fc.option(fc.constantFrom(...ODD_TENANTS), { nil: undefined }), { minLength: 1, maxLength: 24 }),
  batch: fc.integer({ min: 1, max: 8 }),
  minutes: fc.integer({ min: 0, max: 40 }),
  compactions: fc.array(fc.nat(8), { maxLength: 2 }),
});

class World {
  readonly archive = new RecordingArchive(new MemoryArchive());
  readonly changes: Change[];
  now = NOTED_AT;

  constructor({ owners, minutes }: Story) {
    this.changes = owners.map((owner, i) =>
      noted(owner, `n${i % 3}`, { sequence: String(95 + i), at: NOTED_AT + i * minutes * 60_000 }),
    );
  }

  async run({ batch, compactions }: Story): Promise<void> {
    const processor = archiveProcessor(tenancy, names, { archive: this.archive, state: memoryState() });
    for (let at = 0, n = 0; at < this.changes.length; at += batch, n++) {
      await processor.process(this.changes.slice(at, at + batch));
      if (compactions.includes(n)) await this.compact();
    }
  }

  /** All that is there, later each time. */
  async compact(): Promise<void> {
    this.now += 2 * REMOVED_AFTER_MS;
    for (const shelf of await shelvesOf(tenancy, names, this.archive))
      await compact(shelf, { segmentBytes: 2_000, patienceMs: HOUR_MS, everything: true, now: this.now });
  }

  /** The changes of one tenant; of all. */
  of(tenant: string | undefined): Change[] {
    return this.changes.filter(({ key }) => tenant === undefined || partOf(tenancy, key) === tenantPart(tenant));
  }
}

const eventsOf = (changes: readonly Change[]): Envelope[] =>
  changes.flatMap((change) => deriveEvents(tenancy, origin, change));
const ids = (envelopes: readonly Envelope[]): string[] => envelopes.map(publicationId).sort();
const tenantsOf = ({ owners }: Story): string[] => [...new Set(owners.map((owner) => owner ?? ''))];

async function sent(world: World, tenant: string | undefined, rederive: boolean): Promise<Envelope[]> {
  const selection = tenant === undefined ? {} : { tenant };
  const source = sourceOf(tenancy, names, world.archive, { selection, rederive });
  const envelopes: Envelope[] = [];
  for await (const portion of portionsBehind(source, undefined, 3)) envelopes.push(...portion.units);
  return envelopes;
}

/** The tenants that an object is of, by its lines: those of what is no line are told by its name. */
async function tenantsIn(archive: MemoryArchive | RecordingArchive, key: string): Promise<Set<string>> {
  const lines = await readLines(archive, key);
  const isEvents = key.startsWith('v1/events/') || /^v1\/segments\/[^/]+\/[^/]+\/events\//.test(key);
  const partitions = lines.map((line) =>
    isEvents
      ? partitionKeyIn((JSON.parse(line) as Envelope).metadata.partitionKey)
      : partitionKeyIn(journalRow(tenancy)(line).item),
  );
  return new Set(partitions.map((pk) => partOf(tenancy, { pk })));
}

async function checkObjects({ archive }: World): Promise<void> {
  for (const dataset of ['journal', 'events', 'segments'] as const)
    for await (const { key } of listDataset(tenancy, names, archive, dataset)) {
      const [only, ...others] = await tenantsIn(archive, key);
      expect(others).toEqual([]);
      expect(key.split('/')).toContain(only);
    }
}

async function checkOne(world: World, tenant: string | undefined): Promise<void> {
  const changes = world.of(tenant);
  const expected = ids(eventsOf(changes));
  for (const rederive of [false, true]) {
    const envelopes = await sent(world, tenant, rederive);
    expect(ids(envelopes)).toEqual(expected);
    const sequences = envelopes.map(({ metadata }) => BigInt(metadata.sequence));
    expect(sequences).toEqual(sequences.toSorted((a, b) => (a < b ? -1 : 1)));
  }
  const audit = await auditArchive(tenancy, names, world.archive, { now: world.now, tenant });
  expect(audit.findings.filter(({ level }) => level === 'hole')).toEqual([]);
  expect(audit.datasets.map(({ dataset, lines }) => [dataset, lines])).toEqual([
    ['journal', changes.length],
    ['events', expected.length],
  ]);
}

test('whatever is written and compacted: no object of two tenants, and each is read by itself, and whole', async () => {
  await fc.assert(
    fc.asyncProperty(stories, async (story) => {
      const world = new World(story);
      await world.run(story);
      await checkObjects(world);
      const read: string[] = [];
      for await (const { eventId } of readJournal(tenancy, names, world.archive)) read.push(eventId);
      expect(read.sort()).toEqual(world.changes.map(({ eventId }) => eventId).sort());
      for (const tenant of [undefined, ...tenantsOf(story)]) await checkOne(world, tenant);
      for (const { key } of world.changes) {
        const shelf = journalShelf(tenancy, names, world.archive, { tenant: partOf(tenancy, key) });
        const own = world.changes.filter((other) => partitionOf(other.key) === partitionOf(key));
        expect(await readItem(shelf, partitionOf(key))).toHaveLength(own.length);
      }
    }),
    { numRuns: 40 },
  );
});

test('who asks for one tenant looks at nothing of another', async () => {
  await fc.assert(
    fc.asyncProperty(stories, async (story) => {
      const world = new World(story);
      await world.run(story);
      for (const tenant of tenantsOf(story)) {
        const part = tenantPart(tenant);
        world.archive.asked.clear();
        await checkOne(world, tenant);
        for (const dataset of DATASETS)
          for await (const _ of listDataset(tenancy, names, world.archive, dataset, tenant));
        for (const asked of world.archive.asked) expect(asked.split('/')).toContain(part);
      }
    }),
    { numRuns: 20 },
  );
});

test('a replay of all tenants that stops after each portion goes on where it was, compacted meanwhile or not', async () => {
  await fc.assert(
    fc.asyncProperty(stories, fc.nat(4), async (story, compactedAfter) => {
      const world = new World(story);
      await world.run(story);
      const source = sourceOf(tenancy, names, world.archive, { selection: {}, rederive: false });
      const got: Envelope[] = [];
      let position: Place | undefined;
      for (let n = 0; ; n++) {
        if (n === compactedAfter) await world.compact();
        const { value } = await portionsBehind(source, position, 2)[Symbol.asyncIterator]().next();
        if (!value) break;
        got.push(...value.units);
        position = value.position;
      }
      const expected = eventsOf(world.changes).map(publicationId);
      expect(got.map(publicationId)).toEqual(expected);
    }),
    { numRuns: 25 },
  );
});

test('compacted to the last line, a tenant is found all the same', async () => {
  const owners = [...ODD_TENANTS, undefined];
  const story = { owners, batch: 100, minutes: 0, compactions: [0] };
  const world = new World(story);
  await world.run(story);
  await world.compact();
  for await (const { key } of listDataset(tenancy, names, world.archive, 'journal')) throw new Error(`${key} is there`);
  const parts = owners.map(tenantPart).sort();
  expect((await journalShelves(tenancy, names, world.archive)).map(({ tenant }) => tenant)).toEqual(parts);
  expect((await eventShelves(tenancy, names, world.archive)).map(({ tenant }) => tenant)).toEqual(parts);
  for (const tenant of [undefined, ...tenantsOf(story)]) await checkOne(world, tenant);
});

test('envelopes, claims and spilled objects are of one tenant each; what is spilled is published in order per item', async () => {
  await fc.assert(
    fc.asyncProperty(stories, async (story) => {
      const { changes, archive } = new World(story);
      for (const { metadata } of eventsOf(changes))
        expect(metadata.tenant).toBe(tenancy.tenant?.of({ pk: partitionKeyIn(metadata.partitionKey) }));
      const [bus, state] = [new MemoryBus(), memoryState()];
      const claims = claimStore(tenancy, names, archive);
      const place = spillPlace(tenancy, names);
      const ports = { state, archive, place, ancestry: new Ancestry({ shards: async () => [] }), log: silentLog };
      const retry = { retries: 0, minTimeout: 0, maxTimeout: 0 };
      const inner = fanoutProcessor(tenancy, origin, { bus, claims, state, log: silentLog, retry });
      const own = { ...ports, clock: { now: () => 0 }, newId: () => 'spell' };
      const live = spillingProcessor(inner, asksForEvents(tenancy, origin, claims), own);
      bus.isOut = true;
      for (let at = 0; at < changes.length; at += story.batch) await live.process(changes.slice(at, at + story.batch));
      await checkSpilled(archive, changes);
      bus.isOut = false;
      await drain({ ...ports, system: tenancy, inner }, new AbortController().signal);
      const published = bus.taken.map(({ detail }) => JSON.parse(detail) as Envelope);
      expect(ids(published)).toEqual(ids(eventsOf(changes)));
      for (const item of new Set(published.map(({ metadata }) => metadata.partitionKey))) {
        const sequences = published
          .filter(({ metadata }) => metadata.partitionKey === item)
          .map(({ metadata }) => Number(metadata.sequence));
        expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
      }
      for await (const { key } of listDataset(tenancy, names, archive, 'spill')) throw new Error(`${key} is left`);
    }),
    { numRuns: 40 },
  );
});

async function checkSpilled(archive: RecordingArchive, changes: readonly Change[]): Promise<void> {
  let lines = 0;
  for await (const { key } of listDataset(tenancy, names, archive, 'spill')) {
    const [only, ...others] = await tenantsIn(archive, key);
    expect([only, others]).toEqual([key.split('/')[4], []]);
    lines += (await readLines(archive, key)).length;
  }
  expect(lines).toBe(changes.length);
}
