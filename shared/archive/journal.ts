import { attributesFromJson, attributesToJson } from '../model/attributeJson.ts';
import type { Cause } from '../model/event.ts';
import { keyText } from '../model/keys.ts';
import type { Names } from '../model/names.ts';
import type { System } from '../model/system.ts';
import type { ArchiveStore } from '../ports/archiveStore.ts';
import { type Change, decodeChange } from '../stream/change.ts';
import type { StreamRecord } from '../stream/record.ts';
import { type Hours, readHistory } from './history.ts';
import { journalShelf } from './shelf.ts';

/** One change as a line of the journal, version 1. Images are DynamoDB-typed, so that every value survives. */
export interface JournalLine extends StreamRecord {
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

export const changeFromLine = (system: System, line: string): Change =>
  decodeLine(system, attributesFromJson(line) as JournalLine);

function decodeLine(system: System, { stream, shard, ...record }: JournalLine): Change {
  return decodeChange(system, record, stream, shard);
}

/** @param row of the journal, parsed */
export const changeOfRow = (system: System, row: { readonly value?: unknown }): Change =>
  decodeLine(system, row.value as JournalLine);

/** Every change of the journal once, in order per item. */
export async function* readJournal(
  system: System,
  names: Names,
  archive: ArchiveStore,
  hours?: Hours,
): AsyncIterable<Change> {
  for await (const rows of readHistory(journalShelf(system, names, archive), hours))
    for (const row of rows) yield changeOfRow(system, row);
}
