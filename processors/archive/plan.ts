import { deriveEvents, type Origin } from '../../events/derive.ts';
import { journalLine } from '../../shared/archive/journal.ts';
import { whereSound } from '../../shared/model/errors.ts';
import { type Key, keyId } from '../../shared/model/keys.ts';
import type { Collection } from '../../shared/model/retention.ts';
import type { System } from '../../shared/model/system.ts';
import type { Change } from '../../shared/stream/change.ts';
import { compareSequence } from '../../shared/stream/sequence.ts';

const HOUR_MS = 3_600_000;

/** The lines of one object: one shard, one hour of stream time. */
export interface Hour {
  readonly hour: number;
  readonly first: string;
  readonly last: string;
  readonly lines: string[];
}

/** What one batch of one shard adds to the archive. */
export interface ArchivePlan {
  readonly journal: Hour[];
  readonly events: Hour[];
  readonly due: DueEntry[];
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
  const journal = new Map<number, Hour>();
  const events = new Map<number, Hour>();
  const due = new Map<string, DueEntry>();
  for (const change of changes) {
    append(journal, change, [journalLine(change)]);
    const envelopes = whereSound(() => deriveEvents(system, origin, change)) ?? [];
    append(
      events,
      change,
      envelopes.map((envelope) => JSON.stringify(envelope)),
    );
    for (const entry of dueEntries(system, change)) due.set(`${entry.collection.name} ${keyId(entry.source)}`, entry);
  }
  const unmatched = changes.filter(({ source }) => source === undefined);
  return { journal: [...journal.values()], events: [...events.values()], due: [...due.values()], unmatched };
}

function append(hours: Map<number, Hour>, { at, position: { sequence } }: Change, lines: readonly string[]): void {
  if (lines.length === 0) return;
  const hour = Math.floor(at / HOUR_MS) * HOUR_MS;
  const known = hours.get(hour) ?? { hour, first: sequence, last: sequence, lines: [] };
  known.lines.push(...lines);
  // What is redriven comes from several shards: the name must tell what there is, in whichever order it came.
  const first = compareSequence(sequence, known.first) < 0 ? sequence : known.first;
  const last = compareSequence(sequence, known.last) > 0 ? sequence : known.last;
  hours.set(hour, { ...known, first, last });
}

function dueEntries(system: System, change: Change): DueEntry[] {
  return system.retention.flatMap((collection) => {
    if (collection.of !== change.source || change.markOnly) return [];
    return (
      whereSound(() => {
        const due = change.new === undefined ? undefined : collection.due(change.new);
        return due === undefined ? [] : [{ collection, source: change.key, due }];
      }) ?? []
    );
  });
}
