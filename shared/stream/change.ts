import { isDeepStrictEqual } from 'node:util';
import { type Attribute, type Attributes, decodeAttribute } from '../model/attribute.ts';
import type { Entity } from '../model/entity.ts';
import { AfterwriteError, CORRECT_WRITER } from '../model/errors.ts';
import type { Cause, ItemChange } from '../model/event.ts';
import { imageHash } from '../model/imageHash.ts';
import { type Key, keyText } from '../model/keys.ts';
import { RESERVED_ATTRIBUTE } from '../model/reserved.ts';
import { withoutSecrets } from '../model/secrets.ts';
import type { Statistic } from '../model/statistic.ts';
import { storedItem } from '../model/storedAggregate.ts';
import type { System, TableDeclaration } from '../model/system.ts';
import { isAnothers } from '../model/tenant.ts';
import { isEpochMs } from '../model/time.ts';
import { isBackfill } from './backfilled.ts';
import { type Mark, readMark, withoutMark } from './mark.ts';
import type { StreamRecord } from './record.ts';

/** Where a change stands: sequence numbers order the changes of one shard. */
export interface Position {
  readonly stream: string;
  readonly shard: string;
  readonly sequence: string;
}

/** One stream record, decoded as far as somebody asks. */
export interface Change extends ItemChange<unknown> {
  readonly eventId: string;
  readonly position: Position;
  readonly key: Key;
  /** What the key's grammar says it is; undefined: no entity matches. */
  readonly source: Entity<unknown> | Statistic<unknown> | undefined;
  /** Only afterwrite's own mark changed: no change to statistics or events. */
  readonly markOnly: boolean;
  /** A derived item that no statistic takes from. */
  readonly feedsNothing: boolean;
  /** A derived item as a repair or a rebuild wrote it, or what a backfill added: statistics follow, events are not asked for. */
  readonly silent: boolean;
  /** Without secrets. */
  readonly record: StreamRecord;
  /** The item before and after, decoded and checked on first use. Throw ITEM_MALFORMED. */
  readonly old: unknown;
  readonly new: unknown;
}

export const decodeChange = (system: System, record: StreamRecord, stream: string, shard: string): Change =>
  new RecordChange(system, record, stream, shard);

/** A class for its lazy members: millions of these are made. */
class RecordChange implements Change {
  readonly position: Position;
  readonly key: Key;
  readonly source: Change['source'];
  readonly cause: Cause;
  readonly archived: Change['archived'];
  readonly markOnly: boolean;
  readonly feedsNothing: boolean;
  readonly silent: boolean;
  readonly record: StreamRecord;
  readonly #system: System;
  #old: { item: unknown } | undefined;
  #new: { item: unknown } | undefined;

  constructor(system: System, given: StreamRecord, stream: string, shard: string) {
    this.#system = system;
    this.position = { stream, shard, sequence: given.sequence };
    this.key = keyOf(system.table, given.keys);
    this.source = system.sourceOf(this.key);
    const record = redact(this.source, given);
    this.record = record;
    const isDerived = this.source?.derived === true;
    const mark = readMark(record.old);
    this.cause = causeOf(system.table, record, mark, given.old);
    this.archived =
      this.cause === 'archived' && mark?.leaving !== undefined ? { bundle: mark.leaving, head: mark.head } : undefined;
    this.markOnly = !isDerived && isMarkOnly(record);
    this.feedsNothing = isDerived && system.outletsOf(this.source as Statistic<unknown>).length === 0;
    // By what the archive may hold; or by all of it, where some was no secret when it was written.
    this.silent = isDerived ? readMark(record.new)?.silent === true : [record, given].some(isBackfill);
  }

  get eventId(): string {
    return this.record.eventId;
  }

  get at(): number {
    return this.record.at;
  }

  get old(): unknown {
    this.#old ??= { item: decodeItem(this.#system, this.source, this.key, this.record.old) };
    return this.#old.item;
  }

  get new(): unknown {
    this.#new ??= { item: decodeItem(this.#system, this.source, this.key, this.record.new) };
    return this.#new.item;
  }
}

export function keyOf(table: TableDeclaration, attributes: Attributes): Key {
  const pk = text(attributes[table.partitionKey]);
  return table.sortKey === undefined ? { pk } : { pk, sk: text(attributes[table.sortKey]) };
}

/** An item as code is given it: checked against the entity's schema, or the views of an aggregate. Throws ITEM_MALFORMED. */
export function decodeItem(
  { tenant }: Pick<System, 'tenant'>,
  source: Entity<unknown> | Statistic<unknown> | undefined,
  key: Key,
  image: Attributes | undefined,
): unknown {
  if (source === undefined || image === undefined) return undefined;
  if (source.derived) return storedItem(source, key, image);
  const values: Record<string, unknown> = {};
  const shown = withoutSecrets(source.secrets, image);
  for (const field of source.fields) if (shown[field] !== undefined) values[field] = decodeAttribute(shown[field]);
  const named = source.key.match(key);
  // What the key alone says of an item need not be in it once more.
  for (const name of source.key.placeholders) values[name] ??= named?.[name];
  const parsed = source.schema.safeParse(values);
  if (!parsed.success)
    throw malformed(
      source,
      key,
      parsed.error.issues.map((issue) => `${issue.path.join('.') || 'item'}: ${issue.message}`).join('; '),
    );
  const astray = source.key.placeholders.find((name) => String(values[name]) !== named?.[name]);
  if (astray !== undefined) throw malformed(source, key, `${astray}: is not what the key says`);
  if (tenant && isAnothers(tenant, key, shown))
    throw malformed(source, key, `${tenant.attribute}: is not the tenant that the key names`);
  return parsed.data;
}

/**
 * A record without its item's secrets: the same record where there are none. All that is decided about a change is
 * decided of this, so that it is decided alike where it is read again, from the journal or a queue.
 */
function redact(source: Change['source'], record: StreamRecord): StreamRecord {
  const { secrets } = source ?? {};
  if (secrets === undefined) return record;
  const shown = (image: Attributes | undefined): Attributes | undefined => image && withoutSecrets(secrets, image);
  return { ...record, old: shown(record.old), new: shown(record.new) };
}

/** @param stored the old image as it was given: with what was no secret yet, and not redacted, when its copy was made */
function causeOf(
  table: TableDeclaration,
  record: StreamRecord,
  mark: Mark | undefined,
  stored: Attributes | undefined,
): Cause {
  if (record.origin === 'snapshot') return 'snapshot';
  if (record.new !== undefined)
    return record.old === undefined && readMark(record.new)?.restored !== undefined ? 'restored' : 'write';
  if (record.byTtl) return 'ttl';
  const expires = expiryOf(table, record.old);
  if (mark?.expired !== undefined && expires <= mark.expired * 1000) return 'ttl-inferred';
  if (mark?.leaving !== undefined && [record.old, stored].some((image) => image && isAsCopied(mark, image)))
    return 'archived';
  return expires <= record.at ? 'ttl-inferred' : 'delete';
}

/** An update leaves the mark where it is: what it made is in no bundle, and whoever deletes that is a user. */
const isAsCopied = ({ copy }: Mark, image: Attributes): boolean =>
  copy === undefined || copy === imageHash(withoutMark(image));

/** When the table's TTL takes an item, epoch milliseconds; infinity where it never does. */
export function expiryOf(table: TableDeclaration, item: Attributes | undefined): number {
  const expiry = table.ttl === undefined ? undefined : item?.[table.ttl];
  return expiry && 'N' in expiry ? Number(expiry.N) * 1000 : Number.POSITIVE_INFINITY;
}

/** What an item's TTL attribute holds where that can't be epoch seconds, though it can be milliseconds. */
export function millisecondsIn(table: TableDeclaration, item: Attributes | undefined): string | undefined {
  const expiry = table.ttl === undefined ? undefined : item?.[table.ttl];
  return expiry && 'N' in expiry && isEpochMs(Number(expiry.N)) ? expiry.N : undefined;
}

function isMarkOnly({ old, new: now }: StreamRecord): boolean {
  if (!old || !now || (!old[RESERVED_ATTRIBUTE] && !now[RESERVED_ATTRIBUTE])) return false;
  const { [RESERVED_ATTRIBUTE]: markBefore, ...before } = old;
  const { [RESERVED_ATTRIBUTE]: markAfter, ...after } = now;
  return !isDeepStrictEqual(markBefore, markAfter) && isDeepStrictEqual(before, after);
}

const malformed = (source: Entity<unknown>, key: Key, reasons: string): AfterwriteError =>
  new AfterwriteError('ITEM_MALFORMED', `${keyText(key)} is no valid ${source.name}: ${reasons}`, {
    mend: CORRECT_WRITER,
  });

const text = (attribute: Attribute | undefined): string => {
  if (attribute && 'S' in attribute) return attribute.S;
  if (attribute && 'N' in attribute) return attribute.N;
  return attribute && 'B' in attribute ? Buffer.from(attribute.B).toString('base64') : '';
};
