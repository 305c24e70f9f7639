import { deriveEvents, type Origin } from '../../events/derive.ts';
import type { Envelope } from '../../events/envelope.ts';
import { journalLine } from '../../shared/archive/journalLine.ts';
import { whereSound } from '../../shared/model/errors.ts';
import { type Key, keyId } from '../../shared/model/keys.ts';
import { reservedIn, textOf } from '../../shared/model/reserved.ts';
import type { Statistic } from '../../shared/model/statistic.ts';
import type { System } from '../../shared/model/system.ts';
import type { Misdated } from '../../shared/state/ttlUnits.ts';
import { type Change, millisecondsIn } from '../../shared/stream/change.ts';
import { type DueEntry, lingeringOf, momentsOf } from '../../shared/stream/due.ts';
import { type Hour, Hours } from './hours.ts';

/** What one batch of one shard adds to the archive. */
export interface ArchivePlan {
  readonly journal: Hour[];
  readonly events: Hour[];
  readonly due: DueEntry[];
  /** Members of collections that the table's TTL took, or that left by themselves. */
  readonly expired: { readonly collection: string; readonly key: Key; readonly at: number }[];
  /** Changes of items that no entity matches. */
  readonly unmatched: Change[];
  /** Items whose TTL attribute holds milliseconds now, and those in which it does no more. */
  readonly misdated: Misdated[];
  readonly corrected: Key[];
}

/** Every change goes into the journal as it is, malformed or unknown ones too; what can't be derived from one is left to parking. */
export function planArchive(system: System, origin: Origin, changes: readonly Change[]): ArchivePlan {
  const journal = new Hours(system, journalLine);
  const events = new Hours(system, (envelope: Envelope) => JSON.stringify(envelope));
  const due = new Map<string, DueEntry>();
  for (const change of changes) {
    journal.add(change, change);
    events.add(change, ...(whereSound(() => deriveEvents(system, origin, change)) ?? []));
    for (const entry of dueEntries(system, change)) due.set(`${entry.queue.name} ${keyId(entry.source)}`, entry);
  }
  const unmatched = changes.filter(({ source }) => source === undefined);
  const expired = changes.flatMap((change) => expiredMembers(system, change));
  return {
    journal: journal.all(),
    events: events.all(),
    due: [...due.values()],
    expired,
    unmatched,
    ...ttlUnits(system, changes),
  };
}

/** By item, as the last of its changes left it. */
function ttlUnits({ table }: System, changes: readonly Change[]): Pick<ArchivePlan, 'misdated' | 'corrected'> {
  const misdated = new Map<string, Misdated>();
  const corrected = new Map<string, Key>();
  for (const { key, record } of changes) {
    const [before, now] = [record.old, record.new].map((image) => millisecondsIn(table, image));
    if (now !== undefined) misdated.set(keyId(key), { key, value: now });
    else if (misdated.delete(keyId(key)) || before !== undefined) corrected.set(keyId(key), key);
    if (now !== undefined) corrected.delete(keyId(key));
  }
  return { misdated: [...misdated.values()], corrected: [...corrected.values()] };
}

function expiredMembers(system: System, change: Change): ArchivePlan['expired'] {
  const { cause, source, key, at } = change;
  if (cause !== 'ttl' && cause !== 'ttl-inferred' && !leftAlone(system, change)) return [];
  return system.retention
    .filter(({ alone, members }) => !alone && members.some((entity) => entity === source))
    .map(({ name }) => ({ collection: name, key, at }));
}

/** A bundle of several has another head. */
const leftAlone = ({ retention }: System, { archived, source }: Change): boolean =>
  archived?.head === true && retention.some(({ alone, of }) => alone && of === source);

function dueEntries(system: System, change: Change): DueEntry[] {
  const { source, key } = change;
  if (!source || change.markOnly) return [];
  const moments = momentsOf(system, source, () => change.new, change.cause === 'restored');
  const named = moments.map((moment) => ({ ...moment, source: key, namedBy: change.record.eventId }));
  return source.derived ? [...named, ...lingering(source, change)] : named;
}

/** From when the group was written as empty: its own record tells, not that of the change which emptied it. */
function lingering(statistic: Statistic<unknown>, { key, at, record }: Change): DueEntry[] {
  const { lingersMs } = statistic;
  const lingers = lingersMs !== undefined && textOf(reservedIn(record.new)?.last) !== undefined;
  return lingers ? [{ queue: lingeringOf(statistic), source: key, due: at + lingersMs, namedBy: record.eventId }] : [];
}
