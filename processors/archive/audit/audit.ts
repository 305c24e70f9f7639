import { shelvesOf } from '../../../events/archived.ts';
import { type Dataset, datasetPrefix } from '../../../shared/archive/layout.ts';
import type { HourlyDataset } from '../../../shared/archive/shelf.ts';
import type { Names } from '../../../shared/model/names.ts';
import type { System } from '../../../shared/model/system.ts';
import type { ArchiveStore } from '../../../shared/ports/archiveStore.ts';
import type { StateStore } from '../../../shared/ports/stateStore.ts';
import { listRecordCounts } from '../../../shared/state/recordCounts.ts';
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
  readonly findings: readonly Finding[];
}

/**
 * Reads the whole archive, and holds it against itself: chain and numbers of manifests, segments and their members against
 * manifests, objects against their names, events against the journal, departures against bundles; and the journal against the
 * records that were read of the stream, by shard and hour. It changes nothing.
 */
export async function auditArchive(
  system: System,
  names: Names,
  archive: ArchiveStore,
  { now, state, signal, onObject }: AuditOptions,
): Promise<Audit> {
  const look = new Look(archive, signal, onObject);
  const orphans = new Orphans(look);
  const conservation = new Conservation(system, state ? await listRecordCounts(state) : []);
  const course: Course = { look, orphans, leftFor: new Map(), lines: { journal: 0, events: 0 }, conservation };
  const shelves: AuditedShelf[] = [];
  for (const shelf of shelvesOf(system, names, archive, { now: () => now }))
    shelves.push(await partsOfShelf(look, shelf));
  for (const { shelf, orphans: keys } of shelves) for (const key of keys) await orphans.add(shelf, key);
  for (const window of windowsOf(shelves.flatMap(({ parts }) => parts))) await auditWindow(course, window);
  if (!look.aborted) orphans.tell();
  const prefix = (dataset: Dataset): string => datasetPrefix(system, names, dataset);
  const bundles = await auditBundles(look, system, prefix('bundles'), course.leftFor, now);
  const others = (await proveNamed(look, prefix('claims'))) + (await proveNamed(look, prefix('spill')));
  const conserved = judged(look, conservation, shelves);
  look.tellCold();
  const datasets = shelves.map((audited) => datasetOf(audited, course.lines));
  return { datasets, ...bundles, others, conserved, findings: look.findings };
}

/** Where the chain is broken, or not all was looked at, nobody knows what should be there. */
function judged(look: Look, conservation: Conservation, shelves: readonly AuditedShelf[]): Conserved {
  const journal = shelves.flatMap(({ shelf }) => (shelf.dataset === 'journal' ? [shelf] : []));
  const isBroken = journal.some(({ manifests }) => look.found(manifests));
  if (isBroken || look.aborted) conservation.missed({ from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY });
  const isOver = (hour: number): boolean => journal.some((shelf) => shelf.isOver(hour));
  return conservation.judge(look, { isOver });
}

function datasetOf({ shelf, manifests, parts: named }: AuditedShelf, lines: Course['lines']): AuditedDataset {
  const parts = named.filter(({ gone }) => !gone);
  const segments = parts.filter(({ segment }) => segment !== undefined).length;
  const { dataset } = shelf;
  return { dataset, manifests: manifests.length, segments, objects: parts.length - segments, lines: lines[dataset] };
}

/** Returns how many there are. */
async function proveNamed(look: Look, prefix: string): Promise<number> {
  let count = 0;
  for await (const { key } of look.archive.list(prefix)) {
    if (look.aborted) break;
    await look.readNamed(key);
    count++;
  }
  return count;
}
