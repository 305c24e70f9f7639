import { deriveEvents, type Origin } from '../../events/derive.ts';
import type { Envelope } from '../../events/envelope.ts';
import { journalLine } from '../../shared/archive/journalLine.ts';
import { whereSound } from '../../shared/model/errors.ts';
import { type Key, keyId } from '../../shared/model/keys.ts';
import type { Collection } from '../../shared/model/retention.ts';
import type { System } from '../../shared/model/system.ts';
import type { Change } from '../../shared/stream/change.ts';
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
}

/** That a collection is due, as its own item says: looked at again, against the item, when the time has come. */
export interface DueEntry {
  readonly collection: Collection;
  readonly source: Key;
  /** Epoch milliseconds. */
  readonly due: number;
}

/** Every change goes into the journal as it is, malformed or unknown ones too; what can't be derived from one is left to parking. */
export function planArchive(system: System, origin: Origin, changes: readonly Change[]): ArchivePlan {
  const journal = new Hours(system, journalLine);
  const events = new Hours(system, (envelope: Envelope) => JSON.stringify(envelope));
  const due = new Map<string, DueEntry>();
  for (const change of changes) {
    journal.add(change, change);
    events.add(change, ...(whereSound(() => deriveEvents(system, origin, change)) ?? []));
    for (const entry of dueEntries(system, change)) due.set(`${entry.collection.name} ${keyId(entry.source)}`, entry);
  }
  const unmatched = changes.filter(({ source }) => source === undefined);
  const expired = changes.flatMap((change) => expiredMembers(system, change));
  return { journal: journal.all(), events: events.all(), due: [...due.values()], expired, unmatched };
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
  return system.retention.flatMap((collection) => {
    // What is put back stays until its user writes on.
    if (collection.of !== change.source || change.markOnly || change.cause === 'restored') return [];
    return (
      whereSound(() => {
        const due = change.new === undefined ? undefined : collection.due(change.new);
        return due === undefined ? [] : [{ collection, source: change.key, due }];
      }) ?? []
    );
  });
}
