import type { Attributes } from '../model/attribute.ts';
import { AfterwriteError } from '../model/errors.ts';
import { type Key, keyId } from '../model/keys.ts';
import { asOne, asOwn, ownKey, partOfKey, type TablePart, type TablesAsOne } from '../model/tables.ts';
import type {
  Backfilling,
  Copy,
  Filling,
  ItemWrite,
  ItemWriter,
  Marking,
  Replacement,
  TableStore,
} from '../ports/tableStore.ts';
import { keyOf } from './change.ts';

/*
 * Several tables behind the port of one. Keys and items are translated on the way in and out; nothing
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

  backfill(backfillings: readonly Backfilling[]): Promise<('written' | 'conflict' | 'refused')[]> {
    // What an item is derived from are fields of it, none of which is the key of all.
    return this.#each(backfillings, keyIn, (part, own) =>
      this.#of(part).backfill(own.map((one) => ({ ...one, key: ownKey(part, one.key) }))),
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

  async *pages(after: Key | undefined): AsyncIterable<readonly Attributes[]> {
    const from = after && partOfKey(this.#table, after);
    for (const part of this.#table.parts.slice(from ? this.#table.parts.indexOf(from) : 0)) {
      const pages = this.#of(part).pages(after && part === from ? ownKey(part, after) : undefined);
      for await (const page of pages) yield page.map((item) => asOne(part, item));
    }
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
