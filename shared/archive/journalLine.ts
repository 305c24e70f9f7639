import { attributesFromJson, attributesToJson } from '../model/attributeJson.ts';
import type { Cause } from '../model/event.ts';
import { keyText } from '../model/keys.ts';
import type { System } from '../model/system.ts';
import { type Change, decodeChange } from '../stream/change.ts';
import type { StreamRecord } from '../stream/record.ts';

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

export function decodeLine(system: System, { stream, shard, ...record }: JournalLine): Change {
  return decodeChange(system, record, stream, shard);
}
