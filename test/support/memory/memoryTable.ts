import { isDeepStrictEqual } from 'node:util';
import type { Attributes } from '../../../shared/model/attribute.ts';
import { type Key, keyId } from '../../../shared/model/keys.ts';
import { numberOf, RESERVED_ATTRIBUTE, reservedIn, textOf } from '../../../shared/model/reserved.ts';
import type { TableDeclaration } from '../../../shared/model/system.ts';
import type { Clock } from '../../../shared/ports/clock.ts';
import type {
  Backfilling,
  Copy,
  Filling,
  ItemWrite,
  ItemWriter,
  Marking,
  Replacement,
  TableStore,
} from '../../../shared/ports/tableStore.ts';
import { keyOf } from '../../../shared/stream/change.ts';
import { leavingMark, withoutMark } from '../../../shared/stream/mark.ts';
import { fitsIndexes, memoryIndex } from './memoryIndex.ts';
import { MemoryStream } from './memoryStream.ts';

/** Few, so that much happens between them. */
const ITEMS_A_PAGE = 3;

/** A table with its stream: every write that changes something gives a record with both images. */
export class MemoryTable implements TableStore, ItemWriter {
  readonly stream: MemoryStream;
  readonly #declaration: TableDeclaration;
  readonly #clock: Clock;
  readonly #items = new Map<string, Attributes>();

  constructor(declaration: TableDeclaration, clock: Clock, stream = new MemoryStream()) {
    this.#declaration = declaration;
    this.#clock = clock;
    this.stream = stream;
  }

  /** A write of the user's own code. */
  put(item: Attributes): void {
    this.#write(keyOf(this.#declaration, item), item);
  }

  /** A delete by the user, or by the service's own TTL. */
  remove(key: Key, options: { byTtl?: boolean } = {}): void {
    this.#write(key, undefined, options.byTtl);
  }

  item(key: Key): Attributes | undefined {
    return this.#items.get(keyId(key));
  }

  get items(): Attributes[] {
    return [...this.#items.values()];
  }

  async read(keys: readonly Key[]): Promise<Map<string, Attributes>> {
    return new Map(
      keys.flatMap((key) => {
        const item = this.item(key);
        return item ? [[keyId(key), item]] : [];
      }),
    );
  }

  async replace(replacements: readonly Replacement[]): Promise<('written' | 'conflict')[]> {
    return replacements.map(({ key, item, revision }) => {
      const stored = this.item(key);
      const holds = revision === 0 ? stored === undefined : numberOf(reservedIn(stored)?.revision) === revision;
      if (holds) this.put(item);
      return holds ? 'written' : 'conflict';
    });
  }

  async putIfAbsent(items: readonly Attributes[]): Promise<('written' | 'present' | 'refused')[]> {
    return items.map((item) => {
      if (!fitsIndexes(item, this.#declaration)) return 'refused';
      if (this.item(keyOf(this.#declaration, item))) return 'present';
      this.put(item);
      return 'written';
    });
  }

  async write(writes: readonly ItemWrite[]): Promise<('written' | 'refused')[]> {
    return writes.map((write) => {
      if ('remove' in write) this.remove(write.remove);
      else if (!fitsIndexes(write.put, this.#declaration)) return 'refused';
      else this.put(write.put);
      return 'written';
    });
  }

  async fill(fillings: readonly Filling[]): Promise<boolean[]> {
    return fillings.map(({ copy, field, value }) => {
      const stored = this.item(copy.key);
      if (!stored || !isAs(copy, stored)) return false;
      this.put({ ...stored, [field]: value });
      return true;
    });
  }

  async backfill(backfillings: readonly Backfilling[]): Promise<('written' | 'conflict' | 'refused')[]> {
    return backfillings.map(({ key, attributes, lacks, added, hash, isMarked }) => {
      const stored = this.item(key);
      const own = reservedIn(stored);
      if (!stored || !isAs({ attributes, lacks }, stored)) return 'conflict';
      if ((own !== undefined) !== isMarked || own?.leaving !== undefined) return 'conflict';
      const item = { ...stored, ...added, [RESERVED_ATTRIBUTE]: { M: { ...own, backfilled: { S: hash } } } };
      if (!fitsIndexes(item, this.#declaration)) return 'refused';
      this.put(item);
      return 'written';
    });
  }

  async mark(markings: readonly Marking[]): Promise<boolean[]> {
    return markings.map(({ copy, leaving, head }) => {
      const stored = this.item(copy.key);
      if (!stored || !isAs(copy, stored)) return false;
      this.put({
        ...stored,
        [RESERVED_ATTRIBUTE]: leavingMark({ leaving, head, copy: copy.hash }),
      });
      return true;
    });
  }

  async unmark(keys: readonly Key[]): Promise<boolean[]> {
    return keys.map((key) => {
      const stored = this.item(key);
      if (!stored || reservedIn(stored)?.leaving === undefined) return false;
      this.put(withoutMark(stored));
      return true;
    });
  }

  async removeMarked(copies: readonly Copy[], bundle: string): Promise<boolean[]> {
    return copies.map((copy) =>
      this.#removeIf(copy.key, (item) => textOf(reservedIn(item)?.leaving) === bundle && isAs(copy, item)),
    );
  }

  async removeExpired(keys: readonly Key[], now: number): Promise<boolean[]> {
    return keys.map((key) =>
      this.#removeIf(
        key,
        (item) => this.#hasExpired(item, now),
        (item) => ({ ...item, [RESERVED_ATTRIBUTE]: { M: { expired: { N: String(Math.floor(now / 1000)) } } } }),
      ),
    );
  }

  async *expired(now: number): AsyncIterable<Attributes> {
    for (const item of [...this.#items.values()]) if (this.#hasExpired(item, now)) yield item;
  }

  async *partition(pk: string): AsyncIterable<Attributes> {
    const of = (item: Attributes): Key => keyOf(this.#declaration, item);
    const items = [...this.#items.values()].filter((item) => of(item).pk === pk);
    yield* items.sort((a, b) => Buffer.compare(Buffer.from(of(a).sk ?? ''), Buffer.from(of(b).sk ?? '')));
  }

  async *scan(): AsyncIterable<Attributes> {
    yield* [...this.#items.values()];
  }

  /** In the order of their keys; a page is read when it is asked for. */
  async *pages(after: Key | undefined): AsyncIterable<readonly Attributes[]> {
    for (let last = after && keyId(after); ; ) {
      const behind = [...this.#items].filter(([id]) => last === undefined || id > last);
      const page = behind.sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, ITEMS_A_PAGE);
      if (page.length === 0) return;
      last = page.at(-1)?.[0];
      yield page.map(([, item]) => item);
    }
  }

  async queryIndex(index: string, partition: string, limit: number): Promise<Attributes[]> {
    const declared = this.#declaration.indexes?.find(({ name }) => name === index);
    return declared ? memoryIndex(this.#items.values(), declared, partition).slice(0, limit) : [];
  }

  #removeIf(key: Key, holds: (item: Attributes) => boolean, marked?: (item: Attributes) => Attributes): boolean {
    const stored = this.item(key);
    if (!stored || !holds(stored)) return false;
    if (marked) this.put(marked(stored));
    this.remove(key);
    return true;
  }

  #hasExpired(item: Attributes, now: number): boolean {
    const { ttl } = this.#declaration;
    const expiry = ttl === undefined ? undefined : item[ttl];
    return expiry !== undefined && 'N' in expiry && Number(expiry.N) <= Math.floor(now / 1000);
  }

  #write(key: Key, item: Attributes | undefined, byTtl = false): void {
    const id = keyId(key);
    const old = this.#items.get(id);
    if (isDeepStrictEqual(old, item)) return;
    if (item) this.#items.set(id, item);
    else this.#items.delete(id);
    const { partitionKey, sortKey } = this.#declaration;
    const keys = { [partitionKey]: { S: key.pk }, ...(sortKey !== undefined && { [sortKey]: { S: key.sk ?? '' } }) };
    this.stream.append(id, { at: Math.floor(this.#clock.now() / 1000) * 1000, keys, old, new: item, byTtl });
  }
}

const isAs = ({ attributes, lacks }: Pick<Copy, 'attributes' | 'lacks'>, item: Attributes): boolean =>
  Object.entries(withoutMark(attributes)).every(([name, value]) => isDeepStrictEqual(item[name], value)) &&
  lacks.every((name) => item[name] === undefined);
