import type { Envelope } from '../../../events/envelope.ts';
import type { JournalLine } from '../../../shared/archive/journalLine.ts';
import { hashOf } from '../../../shared/archive/layout.ts';
import type { Row } from '../../../shared/archive/rows.ts';
import type { Attribute, Attributes } from '../../../shared/model/attribute.ts';
import { canonical } from '../../../shared/model/canonical.ts';
import { type Key, keyId, partitionOf } from '../../../shared/model/keys.ts';
import type { Names } from '../../../shared/model/names.ts';
import type { System } from '../../../shared/model/system.ts';

/** A field and what it holds. */
interface FieldValue {
  /** Names from the outside in: `['owner', 'id']`. A list or set holds it where one of its members does. */
  readonly path: readonly string[];
  /** A text, or a number as DynamoDB writes it. */
  readonly value: string;
}

/** Whom an erasure is about: all that fits any of these. */
export interface Subject {
  readonly keys: readonly Key[];
  /** Partition keys: every item of theirs. */
  readonly partitions: readonly string[];
  /** Items before or after a change that hold it, and events that do, in their data or metadata. */
  readonly fields: readonly FieldValue[];
}

/** What tells one subject from another and does not tell who it is: a hash of it, and of the archive. */
export const subjectHash = (system: System, names: Names, { keys, partitions, fields }: Subject): string =>
  hashOf(
    canonical([
      [system.name, names.stage, names.table],
      keys.map(keyId).sort(),
      [...partitions].sort(),
      fields.map(canonical).sort(),
    ]),
  );

/** Tells what is a subject's. */
export class Matcher {
  readonly #items: ReadonlySet<string>;
  /** What items of the partitions begin with, as ordered text. */
  readonly #prefixes: readonly string[];
  readonly #fields: Subject['fields'];

  constructor({ keys, partitions, fields }: Subject) {
    this.#items = new Set([...keys.map(partitionOf), ...partitions.map((pk) => partitionOf({ pk }))]);
    this.#prefixes = partitions.map((pk) => partitionOf({ pk, sk: '' }));
    this.#fields = fields;
  }

  /** Whether lines of items from one to another may be: of what can't, nothing is read. */
  mayBeWithin({ first, last }: { first: string; last: string }): boolean {
    if (this.#fields.length > 0) return true;
    const isWithin = (item: string): boolean => first <= item && item <= last;
    return (
      [...this.#items].some(isWithin) ||
      this.#prefixes.some((prefix) => prefix <= last && (first <= prefix || first.startsWith(prefix)))
    );
  }

  change({ item, value }: Row): boolean {
    const { keys, old, new: now } = value as JournalLine;
    return this.#isItem(item) || [keys, old, now].some((image) => image !== undefined && this.#isHeldBy(image));
  }

  envelope({ item, value }: Row): boolean {
    const { metadata, data } = value as Envelope;
    return this.#isItem(item) || this.json(metadata) || this.json(data);
  }

  /** Of a bundle. */
  copy(key: Key, attributes: Attributes): boolean {
    return this.#isItem(partitionOf(key)) || this.#isHeldBy(attributes);
  }

  /** By fields alone: the data of an event does not say whose it is. */
  json(value: unknown): boolean {
    return this.#fields.some((field) => jsonHolds(value, field.path, field.value));
  }

  #isItem(item: string): boolean {
    return this.#items.has(item) || this.#prefixes.some((prefix) => item.startsWith(prefix));
  }

  #isHeldBy(attributes: Attributes): boolean {
    return this.#fields.some((field) => attributeHolds({ M: attributes }, field.path, field.value));
  }
}

function attributeHolds(attribute: Attribute | undefined, path: readonly string[], value: string): boolean {
  if (attribute === undefined) return false;
  if ('L' in attribute) return attribute.L.some((member) => attributeHolds(member, path, value));
  const [name, ...rest] = path;
  if (name !== undefined) return 'M' in attribute && attributeHolds(own(attribute.M, name), rest, value);
  if ('S' in attribute) return attribute.S === value;
  if ('N' in attribute) return attribute.N === value;
  if ('SS' in attribute) return attribute.SS.includes(value);
  return 'NS' in attribute && attribute.NS.includes(value);
}

function jsonHolds(json: unknown, path: readonly string[], value: string): boolean {
  if (Array.isArray(json)) return json.some((member) => jsonHolds(member, path, value));
  const [name, ...rest] = path;
  if (name === undefined) return (typeof json === 'string' || typeof json === 'number') && String(json) === value;
  return (
    typeof json === 'object' && json !== null && jsonHolds(own(json as Record<string, unknown>, name), rest, value)
  );
}

const own = <Value>(holder: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(holder, name) ? holder[name] : undefined;
