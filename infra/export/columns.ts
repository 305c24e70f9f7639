import type { ColumnSource } from 'hyparquet-writer';
import type { Envelope } from '../../events/envelope.ts';
import type { JournalLine } from '../../shared/archive/journalLine.ts';
import type { HourlyDataset } from '../../shared/archive/shelf.ts';
import { attributesToJson } from '../../shared/model/attributeJson.ts';

/** Rows of a dataset as a table: what is asked for most has columns of its own, all else stays JSON, as text. */
export interface TableForm {
  readonly columns: readonly Omit<ColumnSource, 'data'>[];
  row(value: unknown): Record<string, string | number | Date | null>;
}

const column = (name: string, type: 'STRING' | 'TIMESTAMP' | 'INT32', nullable = false) => ({ name, type, nullable });

const imageOf = (image: JournalLine['old']): string | null => (image === undefined ? null : attributesToJson(image));

/** Images are DynamoDB-typed: numbers keep their 38 digits, binary values are base64. Sequence numbers have 40 digits. */
const changes: TableForm = {
  columns: [
    column('time', 'TIMESTAMP'),
    column('entity', 'STRING', true),
    column('key', 'STRING'),
    column('cause', 'STRING'),
    column('sequence', 'STRING'),
    column('shard', 'STRING'),
    column('stream', 'STRING'),
    column('eventId', 'STRING'),
    column('old', 'STRING', true),
    column('new', 'STRING', true),
  ],
  row(value) {
    const { at, entity = null, key, cause, sequence, shard, stream, eventId, old, new: now } = value as JournalLine;
    return {
      time: new Date(at),
      entity,
      key,
      cause,
      sequence,
      shard,
      stream,
      eventId,
      old: imageOf(old),
      new: imageOf(now),
    };
  },
};

const events: TableForm = {
  columns: [
    column('time', 'TIMESTAMP'),
    column('type', 'STRING'),
    column('version', 'INT32'),
    column('id', 'STRING'),
    column('key', 'STRING'),
    column('cause', 'STRING'),
    column('sequence', 'STRING'),
    column('tenant', 'STRING', true),
    column('correlationId', 'STRING'),
    column('streamEventId', 'STRING'),
    column('metadata', 'STRING'),
    column('data', 'STRING'),
  ],
  row(value) {
    const { metadata, data } = value as Envelope;
    const { time, type, version, id, subject, sequence, tenant = null, correlationId, origin } = metadata;
    return {
      ...{
        time: new Date(time),
        type,
        version,
        id,
        key: subject,
        cause: origin.cause,
        sequence,
        tenant,
        correlationId,
      },
      ...{ streamEventId: origin.streamEventId, metadata: JSON.stringify(metadata), data: JSON.stringify(data) },
    };
  },
};

export const TABLE_FORMS: Readonly<Record<HourlyDataset, TableForm>> = { journal: changes, events };
