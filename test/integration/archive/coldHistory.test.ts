import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { shelvesOf } from '../../../events/archived.ts';
import type { Envelope } from '../../../events/envelope.ts';
import { type S3Endpoint, startS3 } from '../../../infra/local/s3/server.ts';
import { type Stack, startStack } from '../../../infra/local/stack.ts';
import type { Workplace } from '../../../infra/pipeline/workplace.ts';
import { auditArchive } from '../../../processors/archive/audit/audit.ts';
import { compact, REMOVED_AFTER_MS } from '../../../processors/archive/compact.ts';
import { archivedEvents } from '../../../processors/replay/events.ts';
import { compareShadow } from '../../../processors/replay/shadow.ts';
import { verify } from '../../../processors/statistics/verify.ts';
import { readJournal } from '../../../shared/archive/journal.ts';
import { datasetRoot } from '../../../shared/archive/layout.ts';
import { askForAll, type ColdObject, coldAmong, coldSegments } from '../../../shared/archive/restoring.ts';
import { keyText } from '../../../shared/model/keys.ts';
import { DAY_MS } from '../../../shared/model/retention.ts';
import { HOUR_MS } from '../../../shared/model/time.ts';
import { systemClock } from '../../../shared/ports/clock.ts';
import { realPause } from '../../../shared/ports/pause.ts';
import { moveFedClock } from '../../../shared/state/fedClock.ts';
import { keyOf } from '../../../shared/stream/change.ts';
import { adoptForeignErrors } from '../../support/faults/foreignErrors.ts';
import { feedAll, placeOf, provisionAll, runAll } from '../../support/faults/life.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';
import { readLines } from '../../support/oracle/lines.ts';
import { materialise } from '../../support/oracle/tables.ts';

/*
 * History out of the cold: archived, compacted, moved to GLACIER, the table emptied of what is due, restored, and run again.
 * Of the first lines of the shipped file; of another file, whole, where AFTERWRITE_TEST_HISTORY names one.
 */

const FULL = process.env.AFTERWRITE_TEST_HISTORY;
const LINES = readLines(FULL ?? join(process.cwd(), 'test/fixtures/terraform-reviews.ndjson.gz')).slice(
  0,
  FULL ? undefined : 60,
);
const LONGEST_MS = FULL ? 3_600_000 : 600_000;
/** All is due by then. */
const THEN = Date.parse('2060-01-01T00:00:00.000Z');
const ASK = { tier: 'Standard', days: 3 } as const;

adoptForeignErrors();

const folder = mkdtempSync(join(tmpdir(), 'afterwrite-cold-'));
const clock = new TurnedClock(Date.parse('2026-06-01T12:00:00.000Z'));
const { signal } = new AbortController();
let s3: S3Endpoint;
let stack: Stack;
let place: Workplace;

beforeAll(async () => {
  s3 = await startS3({ clock, dir: folder });
  stack = await startStack({ given: { s3: s3.url }, clock: systemClock, region: 'us-east-1' });
  place = placeOf(stack, 'cold');
  await provisionAll(place);
});

afterAll(async () => {
  place?.clients.close();
  await stack?.stop();
  await s3?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function gather<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const published = (): Set<string> =>
  new Set((stack.delivered(place.names.logGroup) ?? []).map((line) => idOf(JSON.parse(line).detail)));
const idOf = ({ metadata }: Envelope): string => metadata.id;

/** What the pipeline's own compactor has left, which has seen the clock turn to THEN. */
async function compactAll(): Promise<void> {
  for (const now of [THEN, THEN + REMOVED_AFTER_MS])
    for (const shelf of await shelvesOf(place.system, place.names, place.archive))
      await compact(shelf, { segmentBytes: 4_000_000, patienceMs: 0, everything: true, now });
}

/** Segments and bundles, as their declared rules would in time. */
async function freeze(): Promise<number> {
  let frozen = 0;
  for (const dataset of ['segments', 'bundles'] as const)
    for await (const { key } of place.archive.list(datasetRoot(place.system, place.names, dataset))) {
      await place.archive.move(key, 'GLACIER');
      frozen++;
    }
  return frozen;
}

async function coldObjects(): Promise<ColdObject[]> {
  const shelves = await shelvesOf(place.system, place.names, place.archive);
  const segments = await Promise.all(shelves.map((shelf) => coldSegments(shelf)));
  const bundles = place.archive.list(datasetRoot(place.system, place.names, 'bundles'));
  return [...segments.flat(), ...(await coldAmong(place.archive, bundles))];
}

const shadow = () => compareShadow(place.system, place.names, place);
const eventIds = async (): Promise<Set<string>> =>
  new Set((await gather(archivedEvents(place.system, place.names, place.archive, {}))).map(idOf));

/** Items of the user that are in the table. */
async function present(): Promise<string[]> {
  const keys = (await gather(place.table.scan())).map((item) => keyOf(place.system.table, item));
  return keys.filter((key) => place.system.sourceOf(key)?.derived === false).map(keyText);
}

async function bundledItems(): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of place.archive.list(datasetRoot(place.system, place.names, 'bundles'))) {
    const [, ...items] = gunzipSync(await place.archive.get(key))
      .toString()
      .trimEnd()
      .split('\n');
    for (const item of items) keys.push(keyText(keyOf(place.system.table, JSON.parse(item))));
  }
  return keys;
}

test(
  'archived, compacted, cold, the table emptied, restored: it runs again without a difference',
  async () => {
    const { system, names, archive, state } = place;
    const file = join(folder, 'history.ndjson');
    writeFileSync(file, LINES.map((line) => `${JSON.stringify(line)}\n`).join(''));
    await feedAll(place, file, signal);
    await runAll(place, signal);
    await moveFedClock(state, THEN);
    await runAll(place, signal);
    const { versions, findings } = materialise(LINES);
    expect(await present()).toEqual([]);
    const before = published();
    expect(before.size).toBeGreaterThan(LINES.length);

    await compactAll();
    for (const { objects } of await shelvesOf(system, names, archive))
      expect(await gather(archive.list(objects))).toEqual([]);
    expect(await freeze()).toBeGreaterThan(LINES.length / 2);
    await expect(shadow()).rejects.toMatchObject({ code: 'ARCHIVE_COLD' });
    await expect(eventIds()).rejects.toMatchObject({ code: 'ARCHIVE_COLD' });

    const cold = await coldObjects();
    await askForAll(archive, cold, ASK, clock.now());
    clock.advance(5 * HOUR_MS);
    expect((await coldObjects()).map(({ readability }) => readability.state)).toEqual(cold.map(() => 'restored'));

    expect(await shadow()).toMatchObject({ aggregates: expect.any(Number), drifts: [] });
    expect((await verify(place, { clock: systemClock, pause: realPause, signal })).drifts).toEqual([]);
    expect(await eventIds()).toEqual(before);
    const left = new Set(await bundledItems());
    expect(left).toEqual(
      new Set([
        ...versions.map(({ reviewId, version }) => `REVIEW#${reviewId}/VERSION#${version}`),
        ...findings.map(({ findingId, reviewId }) => `FINDING#${findingId}/REVIEW#${reviewId}`),
      ]),
    );
    const changes = await gather(readJournal(system, names, archive));
    expect(new Set(changes.map(({ eventId }) => eventId)).size).toBe(changes.length);
    const { findings: found } = await auditArchive(system, names, archive, { now: THEN });
    expect(found.filter(({ level }) => level === 'hole')).toEqual([]);

    // S3 keeps copies to the end of their last day.
    clock.advance((ASK.days + 1) * DAY_MS);
    await expect(shadow()).rejects.toMatchObject({ code: 'ARCHIVE_COLD' });
  },
  LONGEST_MS,
);
