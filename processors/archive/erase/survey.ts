import pMap from 'p-map';
import { shelvesOf } from '../../../events/archived.ts';
import { journalRow } from '../../../shared/archive/journalRow.ts';
import type { Dataset } from '../../../shared/archive/layout.ts';
import { readLines, readText } from '../../../shared/archive/lines.ts';
import { listDataset } from '../../../shared/archive/listing.ts';
import { readChain } from '../../../shared/archive/manifest.ts';
import { rowsOf } from '../../../shared/archive/rows.ts';
import type { HourlyDataset, Shelf } from '../../../shared/archive/shelf.ts';
import { isAfterwriteError } from '../../../shared/model/errors.ts';
import type { Names } from '../../../shared/model/names.ts';
import type { System } from '../../../shared/model/system.ts';
import type { ArchivedObject, ArchiveStore, Lock } from '../../../shared/ports/archiveStore.ts';
import type { StateStore } from '../../../shared/ports/stateStore.ts';
import { type FoundBundle, findBundles } from './bundles.ts';
import { Search } from './search.ts';
import { type Subject, subjectHash } from './subject.ts';
import { erasuresOf, type ToldErasure } from './told.ts';

export interface EraseContext {
  readonly system: System;
  readonly names: Names;
  readonly archive: ArchiveStore;
  readonly state: StateStore;
  /** Only of what is its, the empty text for what belongs to none; absent: of all. */
  readonly tenant?: string | undefined;
}

/** What an erasure would take, and what stands against it. */
export interface Survey {
  readonly search: Search;
  /** Hash of whom it is about. */
  readonly subject: string;
  /** Objects of journal and events, what nobody reads any more included. */
  readonly objects: readonly string[];
  /** Whose they are, as keys of the archive name them. */
  readonly tenants: ReadonlySet<string>;
  readonly bundles: readonly FoundBundle[];
  /** Copies of objects in S3 to which its items alone refer. */
  readonly copies: readonly string[];
  readonly claims: readonly string[];
  /** Changes that wait for the bus: objects. */
  readonly spilled: readonly string[];
  readonly locked: readonly { readonly key: string; readonly lock: Lock }[];
  /** One of the same subject that was cut off: it is gone on with. */
  readonly unfinished: ToldErasure | undefined;
}

const CALLS_AT_ONCE = 16;

/** What is looked through, of each tenant: journals before events, for what came of a change goes with it. */
export async function shelvesIn({ system, names, archive, tenant }: EraseContext) {
  const shelves = await shelvesOf(system, names, archive, { tenant });
  const ofDataset = (wanted: HourlyDataset): Shelf[] => shelves.filter(({ dataset }) => dataset === wanted);
  return { journals: ofDataset('journal'), events: ofDataset('events') };
}

export interface SurveyOptions {
  /** Epoch milliseconds. */
  readonly now: number;
  /** For each object that is read. */
  readonly onObject?: () => void;
}

/** Reads what may hold lines of the subject. It changes nothing. Throws ARCHIVE_BROKEN, ERASE_REFUSED. */
export async function survey(
  context: EraseContext,
  subject: Subject,
  { now, onObject = () => {} }: SurveyOptions,
): Promise<Survey> {
  const { system, names, archive, state, tenant } = context;
  const search = new Search(system, subject, onObject);
  const list = (dataset: Dataset) => listDataset(system, names, archive, dataset, tenant);
  const objects: string[] = [];
  const tenants = new Set<string>();
  const chains = [];
  const { journals, events } = await shelvesIn(context);
  for (const shelf of [...journals, ...events]) {
    const chain = await readChain(archive, shelf.manifests);
    chains.push({ shelf, manifests: chain.manifests });
    const found = await search.in(shelf, chain);
    if (found.length > 0) tenants.add(shelf.tenant);
    objects.push(...found.map(({ key }) => key));
  }
  const { bundles, copies } = await findBundles({ system, archive, state, objects: list('bundles'), search });
  const claims = await findClaims(archive, list('claims'), search);
  const hash = subjectHash(system, names, subject);
  return {
    search,
    subject: hash,
    objects,
    tenants,
    bundles,
    copies,
    claims,
    spilled: await findSpilled(system, archive, list('spill'), search),
    locked: await findLocked(archive, [...objects, ...bundles.map(({ key }) => key), ...copies, ...claims], now),
    unfinished: erasuresOf(chains).findLast((told) => told.subject === hash && told.endedAt === undefined),
  };
}

/** By the events that they are of, and by what they hold. */
async function findClaims(
  archive: ArchiveStore,
  objects: AsyncIterable<ArchivedObject>,
  { claimed, matcher }: Search,
): Promise<string[]> {
  const look = async ({ key }: { key: string }): Promise<string[]> => {
    const isOfEvent = claimed.has(key.slice(key.lastIndexOf('/') + 1).replace(/\.json\.gz$/, ''));
    return isOfEvent || matcher.json(JSON.parse((await orGone(readText(archive, key))) ?? 'null')) ? [key] : [];
  };
  return (await pMap(objects, look, { concurrency: CALLS_AT_ONCE })).flat();
}

async function findSpilled(
  system: System,
  archive: ArchiveStore,
  objects: AsyncIterable<ArchivedObject>,
  { matcher }: Search,
): Promise<string[]> {
  const read = journalRow(system);
  const found: string[] = [];
  for await (const { key } of objects) {
    const rows = rowsOf(key, (await orGone(readLines(archive, key))) ?? [], read);
    if (rows.some((row) => matcher.change(row))) found.push(key);
  }
  return found;
}

/** Undefined where it went meanwhile. */
async function orGone<Content>(reading: Promise<Content>): Promise<Content | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (!isAfterwriteError(error, 'NOT_FOUND')) throw error;
    return undefined;
  }
}

async function findLocked(archive: ArchiveStore, keys: readonly string[], now: number): Promise<Survey['locked']> {
  const look = async (key: string) => {
    const lock = await archive.lockOf(key);
    return lock && lock.until > now ? [{ key, lock }] : [];
  };
  return (await pMap(keys, look, { concurrency: CALLS_AT_ONCE })).flat();
}
