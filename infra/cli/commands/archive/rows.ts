import { eventShelves } from '../../../../events/archived.ts';
import type { Envelope } from '../../../../events/envelope.ts';
import { type CountedArchive, countingReads } from '../../../../shared/archive/counting.ts';
import type { JournalLine } from '../../../../shared/archive/journalLine.ts';
import type { Row } from '../../../../shared/archive/rows.ts';
import { type HourlyDataset, journalShelves, type Shelf } from '../../../../shared/archive/shelf.ts';
import { canonical } from '../../../../shared/model/canonical.ts';
import { isoUtc } from '../../../../shared/model/time.ts';
import type { Workplace } from '../../../pipeline/workplace.ts';
import { thousands } from '../../output.ts';

/** Whose reads are counted. */
export interface CountedShelves {
  readonly dataset: HourlyDataset;
  readonly shelves: readonly Shelf[];
  readonly counted: CountedArchive;
}

/** @param tenant only its; the empty text for what belongs to none; absent: those of all */
export async function openShelves(
  { system, names, archive }: Workplace,
  dataset: HourlyDataset,
  tenant?: string,
): Promise<CountedShelves> {
  const counted = countingReads(archive);
  const open = dataset === 'journal' ? journalShelves : eventShelves;
  return { dataset, shelves: await open(system, names, counted.archive, { tenant }), counted };
}

/** For the end of what reads: how much of the dataset it took. */
export async function readTold({ dataset, shelves, counted }: CountedShelves): Promise<string> {
  let all = 0;
  for (const prefix of shelves.flatMap(({ objects, segments, manifests }) => [objects, segments, manifests]))
    for await (const { bytes } of counted.archive.list(prefix)) all += bytes;
  return `${thousands(counted.bytesRead())} of ${thousands(all)} bytes of ${dataset} read`;
}

/** A change as people see it: never a value. Columns are TIME, CAUSE, SHARD, SEQUENCE, CHANGED. */
export function changeColumns({ value }: Row): string[] {
  const line = value as JournalLine;
  const cause = line.cause === 'write' ? (line.old === undefined ? 'created' : 'updated') : line.cause;
  return [timeOf(line), cause, line.shard, line.sequence, changedNames(line).join(', ')];
}

/** A snapshot has no time: the item was there before all that the stream tells. As long as an ISO text. */
export const timeOf = ({ at, cause }: JournalLine): string =>
  cause === 'snapshot' ? 'there before attach     ' : isoUtc(at);

export const CHANGE_HEADINGS = ['TIME', 'CAUSE', 'SHARD', 'SEQUENCE', 'CHANGED'];

/** An event as people see it: never its data. */
export function eventColumns({ value }: Row): string[] {
  const { metadata } = value as Envelope;
  const { time, type, version, origin, sequence, id } = metadata;
  return [time, `${type} ${version}`, origin.cause, sequence, id];
}

export const EVENT_HEADINGS = ['TIME', 'EVENT', 'CAUSE', 'SEQUENCE', 'ID'];

/** Attributes that a change has set, changed or taken away. */
export function changedNames({ old = {}, new: now = {} }: Pick<JournalLine, 'old' | 'new'>): string[] {
  const names = new Set([...Object.keys(old), ...Object.keys(now)]);
  return [...names].filter((name) => canonical(old[name]) !== canonical(now[name])).sort();
}
