import { attributesFromJson, attributesToJson } from '../model/attributeJson.ts';
import type { Cause } from '../model/event.ts';
import { keyText } from '../model/keys.ts';
import type { System } from '../model/system.ts';
import type { ArchiveStore } from '../ports/archiveStore.ts';
import { type Change, decodeChange } from '../stream/change.ts';
import type { StreamRecord } from '../stream/record.ts';
import { readLines } from './lines.ts';

/** One change as a line of the journal, version 1. Images are DynamoDB-typed, so that every value survives. */
interface JournalLine extends StreamRecord {
  readonly v: 1;
  readonly stream: string;
  readonly shard: string;
  /** For those who read the file; decoding takes both from the record again. */
  readonly entity: string | undefined;
  readonly key: string;
  readonly cause: Cause;
}

export function journalLine(change: Change): string {
  const line: JournalLine = {
    v: 1,
    ...change.record,
    stream: change.position.stream,
    shard: change.position.shard,
    entity: change.source?.name,
    key: keyText(change.key),
    cause: change.cause,
  };
  return attributesToJson(line);
}

export function changeFromLine(system: System, line: string): Change {
  const { stream, shard, ...record } = attributesFromJson(line) as JournalLine;
  return decodeChange(system, record, stream, shard);
}

/** Every change of the journal once, by hour and sequence: a change that was written twice has the same stream event. */
export async function* readJournal(system: System, archive: ArchiveStore, prefix: string): AsyncIterable<Change> {
  const seen = new Set<string>();
  for await (const { key } of archive.list(prefix)) {
    for (const line of await readLines(archive, key)) {
      const change = changeFromLine(system, line);
      if (seen.has(change.eventId)) continue;
      seen.add(change.eventId);
      yield change;
    }
  }
}
