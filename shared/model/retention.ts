import type { Entity } from './entity.ts';
import { thrownBy } from './errors.ts';
import type { Key } from './keys.ts';
import type { Source } from './source.ts';
import { isTime } from './time.ts';

export const DAY_MS = 86_400_000;

/** Storage classes that a bundle may go to. https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html */
export type StorageClass = 'STANDARD' | 'GLACIER_IR' | 'GLACIER' | 'DEEP_ARCHIVE';

/** Whether an object of this class must be restored before it can be read. */
export const isCold = (storageClass: string | undefined): boolean =>
  storageClass === 'GLACIER' || storageClass === 'DEEP_ARCHIVE';

/** A closed set of items that leaves the table as one bundle, when its head says that it is due. */
export interface Collection {
  readonly name: string;
  /** The source whose item knows when the collection is due, and who belongs to it. */
  readonly of: Source<unknown>;
  /** When it leaves, in epoch milliseconds; undefined while it is open. */
  due(item: unknown): number | undefined;
  /** Every item of these entities in this partition belongs to it … */
  readonly entities: readonly Entity<unknown>[];
  partition(item: unknown): string;
  /** … and these items elsewhere, where they still exist. */
  elsewhere(item: unknown): Key[];
  /** Whose items may belong to it, here or elsewhere. */
  readonly members: readonly Entity<unknown>[];
  /** The item that is deleted last; its record carries the event. */
  head(item: unknown): Key | undefined;
  /** Whether the source knows of this member: one that is newer than it may reopen the collection. */
  knows(item: unknown, member: Key): boolean;
  readonly storageClass: StorageClass;
  /** How long the archive keeps it, in days. */
  readonly lifeDays: number;
  /** How large a bundle is, compressed, as a rule: what its storage class is judged by. */
  readonly bundleBytes?: number;
  /** An item that leaves by itself, though others may lie in its partition. */
  readonly alone: boolean;
}

export interface CollectionDeclaration<Item> {
  of: Source<Item>;
  due: (item: NoInfer<Item>) => number | undefined;
  entities: readonly Entity<unknown>[];
  partition: (item: NoInfer<Item>) => string;
  /** Items of other partitions, and of which entities they are. */
  elsewhere?: { readonly of: readonly Entity<unknown>[]; readonly keys: (item: NoInfer<Item>) => Key[] };
  head: (item: NoInfer<Item>) => Key | undefined;
  /** Absent: it knows all of them. */
  knows?: (item: NoInfer<Item>, member: Key) => boolean;
  storageClass: StorageClass;
  lifeDays: number;
  /** Absent: 128 KB. */
  bundleBytes?: number;
}

export function collection<Item>(name: string, declaration: CollectionDeclaration<Item>): Collection {
  const { due, partition, elsewhere, head, knows } = declaration;
  const by = <Result>(rule: string, compute: () => Result): Result => declared(`retention.${name}.${rule}`, compute);
  return {
    name,
    of: declaration.of,
    due: (item) => by('due', () => momentOf(due(item as Item))),
    entities: declaration.entities,
    members: [...declaration.entities, ...(elsewhere?.of ?? [])],
    partition: (item) => by('partition', () => partition(item as Item)),
    elsewhere: (item) => by('elsewhere', () => elsewhere?.keys(item as Item) ?? []),
    head: (item) => by('head', () => head(item as Item)),
    knows: (item, member) => by('knows', () => knows?.(item as Item, member) ?? true),
    storageClass: declaration.storageClass,
    lifeDays: declaration.lifeDays,
    ...(declaration.bundleBytes !== undefined && { bundleBytes: declaration.bundleBytes }),
    alone: false,
  };
}

export interface LifeDeclaration<Item> {
  of: Entity<Item>;
  /** When it leaves, epoch milliseconds; undefined: it stays, or the table's TTL takes it. */
  due: (item: NoInfer<Item>) => number | undefined;
  lifeDays: number;
}

/**
 * The life of single items: each leaves the table at its own time, as a bundle of its own. A collection that it belongs to
 * holds it too, when that leaves later. Bundles of one item are small: they stay in Standard.
 */
export function life<Item>(name: string, { of, due, lifeDays }: LifeDeclaration<Item>): Collection {
  const keyIn = (item: Item): Key => of.key.build(item as Record<string, string>);
  const own = collection(name, {
    of,
    due,
    entities: [],
    partition: (item) => keyIn(item).pk,
    elsewhere: { of: [of as Entity<unknown>], keys: (item) => [keyIn(item)] },
    head: keyIn,
    storageClass: 'STANDARD',
    lifeDays,
  });
  return { ...own, alone: true };
}

function declared<Result>(path: string, compute: () => Result): Result {
  try {
    return compute();
  } catch (error) {
    throw thrownBy(path, error, 'mend the function: what it throws on stays in the table');
  }
}

function momentOf(due: number | undefined): number | undefined {
  if (due !== undefined && !isTime(due)) throw new RangeError('no time');
  return due;
}
