import type { Envelope } from '../../../events/envelope.ts';
import type { JournalLine } from '../../../shared/archive/journalLine.ts';
import { partOf } from '../../../shared/archive/layout.ts';
import type { Row } from '../../../shared/archive/rows.ts';
import type { HourlyDataset } from '../../../shared/archive/shelf.ts';
import { partitionKeyIn } from '../../../shared/model/keys.ts';
import type { System } from '../../../shared/model/system.ts';
import { isoUtc } from '../../../shared/model/time.ts';
import { readMark } from '../../../shared/stream/mark.ts';
import type { Conservation } from './conservation.ts';
import type { Look } from './look.ts';
import { proveObject } from './object.ts';
import type { Orphans } from './orphans.ts';
import type { AuditedPart } from './parts.ts';
import { proveSegment } from './segment.ts';

/** What all windows share. */
export interface Course {
  readonly look: Look;
  readonly system: System;
  readonly orphans: Orphans;
  /** Bundles that items have left for, with the time of the last such change, epoch milliseconds. */
  readonly leftFor: Map<string, number>;
  readonly lines: Record<HourlyDataset, number>;
  readonly conservation: Conservation;
}

/**
 * Proves parts that share hours. Held are the ids of their lines: an event lies in the hour of its change, so each must find
 * its change among the journal's. Where a part of the journal could not be read, that is a finding of its own.
 */
export async function auditWindow(course: Course, parts: readonly AuditedPart[]): Promise<void> {
  const changes = new Set<string>();
  const ofDataset = (dataset: HourlyDataset) => parts.filter(({ shelf }) => shelf.dataset === dataset);
  const whole = await proveParts(course, ofDataset('journal'), (row) => {
    if (!changes.has(row.id)) course.conservation.see(row);
    changes.add(row.id);
    noteDeparture(course, row.value as JournalLine);
  });
  const unfounded = new Set<string>();
  await proveParts(course, ofDataset('events'), ({ value }) => {
    const { streamEventId } = (value as Envelope).metadata.origin;
    if (!changes.has(streamEventId)) unfounded.add(streamEventId);
  });
  if (whole && unfounded.size > 0) {
    const [from, to] = [Math.min(...parts.map((part) => part.from)), Math.max(...parts.map((part) => part.to))];
    const [first] = unfounded;
    course.look.find(
      'JOURNAL_GAP',
      `journal from ${isoUtc(from)} to the end of the hour ${isoUtc(to)}`,
      `lacks ${unfounded.size} changes that events tell of, first that of stream event ${first}`,
    );
  }
}

/** Whether all of them could be read. */
async function proveParts(
  { look, system, orphans, lines, conservation }: Course,
  parts: readonly AuditedPart[],
  visit: (row: Row) => void,
): Promise<boolean> {
  let whole = true;
  const inSegments = new Map<string, string>();
  for (const part of parts) {
    const { shelf, key, segment, gone } = part;
    if (look.aborted) return false;
    let again = 0;
    let others = 0;
    let holder = '';
    const see = (row: Row): void => {
      lines[shelf.dataset]++;
      orphans.seen(row);
      visit(row);
      if (system.tenant && partOf(system, { pk: partitionKeyIn(row.item) }) !== shelf.tenant) others++;
      const known = segment && inSegments.get(row.id);
      if (known !== undefined && known !== key) {
        again++;
        holder = known;
      } else if (segment) inSegments.set(row.id, key);
    };
    const proven =
      !gone && (await (segment ? proveSegment(look, shelf, segment, see) : proveObject(look, shelf, key, see)));
    if (!proven) whole = false;
    if (!proven && shelf.dataset === 'journal') conservation.missed(part);
    if (others > 0) look.find('TENANT_MIXED', key, `holds ${others} lines of other tenants`);
    if (again > 0) look.find('DUPLICATE', key, `${again} of its lines are in other segments too, such as ${holder}`);
  }
  return whole;
}

function noteDeparture({ leftFor }: Course, { cause, old, at }: JournalLine): void {
  const bundle = cause === 'archived' ? readMark(old)?.leaving : undefined;
  if (bundle !== undefined) leftFor.set(bundle, Math.max(at, leftFor.get(bundle) ?? 0));
}
