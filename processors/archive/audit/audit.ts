import { shelvesOf } from '../../../events/archived.ts';
import type { Dataset } from '../../../shared/archive/layout.ts';
import { listDataset } from '../../../shared/archive/listing.ts';
import { HOURLY_DATASETS, type HourlyDataset, type Shelf } from '../../../shared/archive/shelf.ts';
import type { Names } from '../../../shared/model/names.ts';
import type { System } from '../../../shared/model/system.ts';
import type { ArchivedObject, ArchiveStore } from '../../../shared/ports/archiveStore.ts';
import type { StateStore } from '../../../shared/ports/stateStore.ts';
import { listRecordCounts } from '../../../shared/state/recordCounts.ts';
import { erasuresOf, type ToldErasure } from '../erase/told.ts';
import { type AuditedBundles, auditBundles } from './bundles.ts';
import { Conservation, type Conserved } from './conservation.ts';
import type { Finding } from './finding.ts';
import { Look } from './look.ts';
import { Orphans } from './orphans.ts';
import { type AuditedShelf, partsOfShelf, windowsOf } from './parts.ts';
import { auditWindow, type Course } from './window.ts';

export interface AuditOptions {
  /** Epoch milliseconds. */
  readonly now: number;
  /** Where the readers count what they read; absent: the journal is not held against the stream. */
  readonly state?: Pick<StateStore, 'query'>;
  readonly signal?: AbortSignal;
  /** For each object that is read. */
  readonly onObject?: () => void;
  /** Only what is this tenant's, the empty text for what belongs to none; absent: all. */
  readonly tenant?: string | undefined;
}

interface AuditedDataset {
  readonly dataset: HourlyDataset;
  readonly manifests: number;
  readonly segments: number;
  /** That no segment holds yet. */
  readonly objects: number;
  /** Each as often as it is there. */
  readonly lines: number;
}

export interface Audit extends AuditedBundles {
  readonly datasets: readonly AuditedDataset[];
  /** Claims and spilled objects. */
  readonly others: number;
  readonly conserved: Conserved;
  /** What was erased, oldest first. */
  readonly erasures: readonly ToldErasure[];
  readonly findings: readonly Finding[];
}

/** An erasure, or a compaction a day ago, takes away what is being read: so often it is read again. */
const MOST_READINGS = 3;

/**
 * Reads the whole archive, and holds it against itself: chain and numbers of manifests, segments and their members against
 * manifests, objects against their names, events against the journal, departures against bundles; and the journal against the
 * records that were read of the stream, by shard and hour. It changes nothing. A hole is told only of an archive that stood still.
 */
export async function auditArchive(
  system: System,
  names: Names,
  archive: ArchiveStore,
  options: AuditOptions,
): Promise<Audit> {
  for (let reading = 1; ; reading++) {
    const { audited, ...audit } = await auditOnce(system, names, archive, options);
    const isWhole = audit.findings.every(({ level }) => level !== 'hole');
    if (isWhole || reading === MOST_READINGS || options.signal?.aborted || !(await movedOn(audited))) return audit;
  }
}

/** Whether there are manifests that were not there when it was read. */
async function movedOn(audited: readonly AuditedShelf[]): Promise<boolean> {
  for (const { shelf, manifests } of audited) {
    let there = 0;
    for await (const _manifest of shelf.archive.list(shelf.manifests)) there++;
    if (there > manifests.length) return true;
  }
  return false;
}

async function auditOnce(
  system: System,
  names: Names,
  archive: ArchiveStore,
  { now, state, signal, onObject, tenant }: AuditOptions,
): Promise<Audit & { readonly audited: readonly AuditedShelf[] }> {
  const look = new Look(archive, signal, onObject);
  // Records are counted by shard and hour, whosever they are.
  const isCounted = state !== undefined && (tenant === undefined || !system.tenant);
  const conservation = new Conservation(system, isCounted ? await listRecordCounts(state) : []);
  const course = { look, system, leftFor: new Map<string, number>(), lines: { journal: 0, events: 0 }, conservation };
  const shelves = await shelvesOf(system, names, archive, { clock: { now: () => now }, tenant });
  const audited: AuditedShelf[] = [];
  for (const one of new Set(shelves.map((shelf) => shelf.tenant))) {
    const own = shelves.filter((shelf) => shelf.tenant === one);
    audited.push(...(await auditTenant({ ...course, orphans: new Orphans(look) }, own)));
  }
  const erasures = erasuresOf(audited);
  for (const { shelf, manifests } of audited) if (shelf.dataset === 'journal') conservation.erased(manifests);
  for (const id of erasures.flatMap((erasure) => erasure.bundles)) course.leftFor.delete(id);
  const list = (dataset: Dataset) => listDataset(system, names, archive, dataset, tenant);
  const bundles = await auditBundles(look, system, list('bundles'), course.leftFor, now);
  const others = (await proveNamed(look, list('claims'))) + (await proveNamed(look, list('spill')));
  const conserved = judged(look, conservation, audited);
  look.tellCold();
  const datasets = HOURLY_DATASETS.map((dataset) => datasetOf(dataset, audited, course.lines));
  return { datasets, ...bundles, others, conserved, erasures, findings: look.findings, audited };
}

/** Where the chain is broken, or not all was looked at, nobody knows what should be there. */
function judged(look: Look, conservation: Conservation, shelves: readonly AuditedShelf[]): Conserved {
  const journal = shelves.flatMap(({ shelf }) => (shelf.dataset === 'journal' ? [shelf] : []));
  const isBroken = journal.some(({ manifests }) => look.found(manifests));
  if (isBroken || look.aborted) conservation.missed({ from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY });
  const isOver = (hour: number): boolean => journal.some((shelf) => shelf.isOver(hour));
  return conservation.judge(look, { isOver });
}

/** Both datasets of one tenant: what one of them tells of the other is held against it. @param shelves the journal first */
async function auditTenant(course: Course, shelves: readonly Shelf[]): Promise<AuditedShelf[]> {
  const { look, orphans } = course;
  const audited: AuditedShelf[] = [];
  // Events first: a change is written before its events, so of what is written meanwhile none is seen without it.
  for (const shelf of shelves.toReversed()) audited.unshift(await partsOfShelf(look, shelf));
  for (const { shelf, orphans: keys } of audited) for (const key of keys) await orphans.add(shelf, key);
  for (const window of windowsOf(audited.flatMap(({ parts }) => parts))) await auditWindow(course, window);
  const isErasing = erasuresOf(audited).some(({ endedAt }) => endedAt === undefined);
  if (!look.aborted) orphans.tell(isErasing);
  return audited;
}

function datasetOf(dataset: HourlyDataset, audited: readonly AuditedShelf[], lines: Course['lines']): AuditedDataset {
  const own = audited.filter(({ shelf }) => shelf.dataset === dataset);
  const parts = own.flatMap((one) => one.parts.filter(({ gone }) => !gone));
  const segments = parts.filter(({ segment }) => segment !== undefined).length;
  const manifests = own.reduce((all, one) => all + one.manifests.length, 0);
  return { dataset, manifests, segments, objects: parts.length - segments, lines: lines[dataset] };
}

/** Returns how many there are. */
async function proveNamed(look: Look, objects: AsyncIterable<ArchivedObject>): Promise<number> {
  let count = 0;
  for await (const { key } of objects) {
    if (look.aborted) break;
    await look.readNamed(key);
    count++;
  }
  return count;
}
