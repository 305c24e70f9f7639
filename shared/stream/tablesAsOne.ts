import { createHash } from 'node:crypto';
import type { Attributes } from '../model/attribute.ts';
import { AfterwriteError } from '../model/errors.ts';
import { type Key, keyId } from '../model/keys.ts';
import {
  asOne,
  asOwn,
  ITEM_KEY,
  ownKey,
  ownName,
  partOfKey,
  type TablePart,
  type TablesAsOne,
} from '../model/tables.ts';
import type { StreamSource } from '../ports/streamSource.ts';
import type { Copy, Filling, ItemWrite, ItemWriter, Marking, Replacement, TableStore } from '../ports/tableStore.ts';
import { keyOf } from './change.ts';
import { type Delivery, tableOfStream } from './mappingEvent.ts';
import type { StreamRecord } from './record.ts';

/*
 * Several tables, and their streams, behind the ports of one. Keys and items are translated on the way in and out; nothing
 * is remembered here.
 */

type Store = TableStore & ItemWriter;

/** @param stores one for each part, by its name */
export const storesAsOne = (table: TablesAsOne, stores: ReadonlyMap<string, Store>): Store => new Stores(table, stores);

class Stores implements Store {
  readonly #table: TablesAsOne;
  readonly #stores: ReadonlyMap<string, Store>;

  constructor(table: TablesAsOne, stores: ReadonlyMap<string, Store>) {
    this.#table = table;
    this.#stores = stores;
  }

  async read(keys: readonly Key[]): Promise<Map<string, Attributes>> {
    const found = new Map<string, Attributes>();
    for (const part of this.#table.parts) {
      const own = keys.filter((key) => partOfKey(this.#table, key) === part).map((key) => ownKey(part, key));
      const items = own.length === 0 ? [] : (await this.#of(part).read(own)).values();
      for (const item of items) {
        const one = asOne(part, item);
        found.set(keyId(keyOf(this.#table, one)), one);
      }
    }
    return found;
  }

  replace(replacements: readonly Replacement[]): Promise<('written' | 'conflict')[]> {
    return this.#each(replacements, keyIn, (part, own) =>
      this.#of(part).replace(own.map((one) => ({ ...one, key: ownKey(part, one.key), item: asOwn(part, one.item) }))),
    );
  }

  putIfAbsent(items: readonly Attributes[]): Promise<('written' | 'present' | 'refused')[]> {
    const keyOfItem = (item: Attributes): Key => keyOf(this.#table, item);
    return this.#each(items, keyOfItem, (part, own) =>
      this.#of(part).putIfAbsent(own.map((item) => asOwn(part, item))),
    );
  }

  fill(fillings: readonly Filling[]): Promise<boolean[]> {
    return this.#each(fillings, copiedKey, (part, own) =>
      this.#of(part).fill(own.map((one) => ({ ...one, copy: ownCopy(part, one.copy) }))),
    );
  }

  mark(markings: readonly Marking[]): Promise<boolean[]> {
    return this.#each(markings, copiedKey, (part, own) =>
      this.#of(part).mark(own.map((one) => ({ ...one, copy: ownCopy(part, one.copy) }))),
    );
  }

  unmark(keys: readonly Key[]): Promise<boolean[]> {
    return this.#each(keys, itself, (part, own) => this.#of(part).unmark(own.map((key) => ownKey(part, key))));
  }

  removeMarked(copies: readonly Copy[], bundle: string): Promise<boolean[]> {
    return this.#each(copies, keyIn, (part, own) => {
      const ours = own.map((copy) => ownCopy(part, copy));
      return this.#of(part).removeMarked(ours, bundle);
    });
  }

  removeExpired(keys: readonly Key[], now: number): Promise<boolean[]> {
    return this.#each(keys, itself, (part, own) => {
      const ours = own.map((key) => ownKey(part, key));
      return this.#of(part).removeExpired(ours, now);
    });
  }

  write(writes: readonly ItemWrite[]): Promise<('written' | 'refused')[]> {
    const keyOfWrite = (write: ItemWrite): Key => ('put' in write ? keyOf(this.#table, write.put) : write.remove);
    return this.#each(writes, keyOfWrite, (part, own) =>
      this.#of(part).write(
        own.map((write) => ('put' in write ? { put: asOwn(part, write.put) } : { remove: ownKey(part, write.remove) })),
      ),
    );
  }

  async *expired(now: number): AsyncIterable<Attributes> {
    for (const part of this.#table.parts)
      if (part.table.ttl !== undefined) for await (const item of this.#of(part).expired(now)) yield asOne(part, item);
  }

  async *partition(pk: string): AsyncIterable<Attributes> {
    const part = partOfKey(this.#table, { pk });
    if (part) for await (const item of this.#of(part).partition(ownKey(part, { pk }).pk)) yield asOne(part, item);
  }

  async *scan(): AsyncIterable<Attributes> {
    for (const part of this.#table.parts) for await (const item of this.#of(part).scan()) yield asOne(part, item);
  }

  async queryIndex(index: string, partition: string, limit: number): Promise<Attributes[]> {
    const part = this.#table.parts.find(({ table }) => table.indexes?.some(({ name }) => name === index));
    return part ? (await this.#of(part).queryIndex(index, partition, limit)).map((item) => asOne(part, item)) : [];
  }

  #of({ name }: TablePart): Store {
    return this.#stores.get(name) as Store;
  }

  #partFor(key: Key): TablePart {
    const part = partOfKey(this.#table, key);
    if (part) return part;
    throw new AfterwriteError('ITEM_MALFORMED', `${key.pk} names none of the system's tables`, {
      mend: `let it begin with one of: ${this.#table.parts.map(({ name }) => `${name}#`).join(', ')}`,
    });
  }

  /** Asks each table for what is its, and answers in the order asked. */
  async #each<Asked, Answer>(
    all: readonly Asked[],
    keyOfOne: (asked: Asked) => Key,
    ask: (part: TablePart, own: Asked[]) => Promise<Answer[]>,
  ): Promise<Answer[]> {
    const parts = all.map((asked) => this.#partFor(keyOfOne(asked)));
    const asking = [...new Set(parts)].map(async (part) => {
      const own = all.filter((_, i) => parts[i] === part);
      return [part, await ask(part, own)] as const;
    });
    const answers = new Map(await Promise.all(asking));
    return parts.map((part) => answers.get(part)?.shift() as Answer);
  }
}

const itself = (key: Key): Key => key;
const keyIn = ({ key }: { readonly key: Key }): Key => key;
const copiedKey = ({ copy }: { readonly copy: Copy }): Key => copy.key;

const ownCopy = (part: TablePart, copy: Copy): Copy => ({
  ...copy,
  key: ownKey(part, copy.key),
  attributes: asOwn(part, copy.attributes),
});

const BETWEEN = '/';

/** A new stream of one table is a new stream of all: nobody knows what was missed. @param sources one for each part, by its name */
export function streamsAsOne(table: TablesAsOne, sources: ReadonlyMap<string, StreamSource>): StreamSource {
  const named = table.parts.map((part) => ({ part, source: sources.get(part.name) as StreamSource }));
  const within = (text: string): { part: TablePart; source: StreamSource; own: string } => {
    const cut = text.indexOf(BETWEEN);
    const found = named.find(({ part }) => part.name === text.slice(0, cut));
    if (!found) throw new Error(`no table is named in ${text}`);
    return { ...found, own: text.slice(cut + 1) };
  };
  return {
    stream: `tables-${hashOf(named.map(({ source }) => source.stream))}`,
    table: `tables-${hashOf(named.map(({ source }) => source.table ?? ''))}`,
    async shards() {
      const all = await Promise.all(
        named.map(async ({ part, source }) =>
          (await source.shards()).map(({ id, parent }) => ({
            id: `${part.name}${BETWEEN}${id}`,
            parent: parent === undefined ? undefined : `${part.name}${BETWEEN}${parent}`,
          })),
        ),
      );
      return all.flat();
    },
    async open(shard, after) {
      const { part, source, own } = within(shard);
      return `${part.name}${BETWEEN}${await source.open(own, after)}`;
    },
    async read(iterator) {
      const { part, source, own } = within(iterator);
      const { records, next } = await source.read(own);
      return {
        records: records.map((record) => recordAsOne(table, part, record)),
        next: next === undefined ? undefined : `${part.name}${BETWEEN}${next}`,
      };
    },
  };
}

/** A batch of one table's stream as one of all of them. @param stream what they are together. Throws EVENT_UNREADABLE. */
export function deliveryAsOne(table: TablesAsOne, stage: string, stream: string, given: Delivery): Delivery {
  const part = table.parts.find((one) => one.table.name(stage) === tableOfStream(given.stream));
  if (!part)
    throw new AfterwriteError('EVENT_UNREADABLE', `${given.stream} is the stream of none of the system's tables`, {
      mend: "map the function to the streams of the declaration's tables alone",
    });
  const records = given.records.map((record) => recordAsOne(table, part, record));
  return { stream, shard: `${part.name}${BETWEEN}${given.shard}`, records };
}

function recordAsOne({ sortKey }: TablesAsOne, part: TablePart, record: StreamRecord): StreamRecord {
  const { [part.table.partitionKey]: own } = record.keys;
  const sort = sortKey === undefined ? undefined : record.keys[sortKey];
  const text = own && 'S' in own ? own.S : '';
  return {
    ...record,
    keys: { [ITEM_KEY]: { S: ownName(part, text) }, ...(sortKey !== undefined && sort && { [sortKey]: sort }) },
    old: record.old && asOne(part, record.old),
    new: record.new && asOne(part, record.new),
  };
}

const hashOf = (texts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 24);
