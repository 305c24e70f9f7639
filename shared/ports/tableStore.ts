import type { Attribute, Attributes } from '../model/attribute.ts';
import type { Key } from '../model/keys.ts';

/** Replaces a whole item if nobody wrote it since: `revision` is the stored one, 0 for an item that is not there. */
export interface Replacement {
  readonly key: Key;
  readonly item: Attributes;
  readonly revision: number;
  /** Attributes of the stored item that the new one lacks; absent: not known. */
  readonly dropped?: readonly string[];
}

/**
 * An item as it was read, but for afterwrite's own mark. No condition can say "and no other attribute", so it names those
 * that its entity knows and it had not: an update that adds one of them makes it another item.
 */
export interface Copy {
  readonly key: Key;
  readonly attributes: Attributes;
  readonly lacks: readonly string[];
  /** Of the image as a stream record of it shows it: the mark has it, so that what is deleted can be held against it. */
  readonly hash: string;
}

export interface Marking {
  readonly copy: Copy;
  /** The id of the bundle that holds the copy. */
  readonly leaving: string;
  /** Deleted last, speaks for its collection. */
  readonly head: boolean;
}

/** A write as the user's code makes it: without a condition. */
export type ItemWrite = { readonly put: Attributes } | { readonly remove: Key };

/** A field that an item lacks, to be set. */
export interface Filling {
  readonly copy: Copy;
  readonly field: string;
  readonly value: Attribute;
}

/** Attributes that an item lacks, to be added as afterwrite's own doing: its mark says what was added. */
export interface Backfilling {
  readonly key: Key;
  /** What they were derived from, as it was read … */
  readonly attributes: Attributes;
  /** … and what of it, and of what is to be added, was not there. */
  readonly lacks: readonly string[];
  readonly added: Attributes;
  /** Of what is added, as a stream record shows it. */
  readonly hash: string;
  /** Whether afterwrite keeps something in it already. */
  readonly isMarked: boolean;
}

/**
 * A system's table. Lists may have any length: the store cuts them to what the service takes, retries what was not
 * processed, and answers in the order asked. Reads are strongly consistent but for `queryIndex`.
 */
export interface TableStore {
  /** Items by `keyId`; what is not there is absent. */
  read(keys: readonly Key[]): Promise<Map<string, Attributes>>;
  replace(replacements: readonly Replacement[]): Promise<('written' | 'conflict')[]>;
  /** Writes what is not there; what is stays as it is. `refused`: the table can't hold it (an index key of another type). */
  putIfAbsent(items: readonly Attributes[]): Promise<('written' | 'present' | 'refused')[]>;
  /** Sets fields of items that still are as their copies; false for those that are not. Their marks stay. */
  fill(fillings: readonly Filling[]): Promise<boolean[]>;
  /**
   * Adds attributes to items that still are as they were read, and do not leave. `conflict`: it is not so, or the item is gone;
   * `refused`: the table can't hold it.
   */
  backfill(backfillings: readonly Backfilling[]): Promise<('written' | 'conflict' | 'refused')[]>;
  /** Sets afterwrite's mark on items that still are as their copies; false for those that are not. */
  mark(markings: readonly Marking[]): Promise<boolean[]>;
  /** Takes a bundle's mark off; false for items that have none. */
  unmark(keys: readonly Key[]): Promise<boolean[]>;
  /** Removes items whose mark names the bundle, and that still are as their copies; false for those that are not so. */
  removeMarked(copies: readonly Copy[], bundle: string): Promise<boolean[]>;
  /** Removes items whose TTL attribute lies before `now` (epoch milliseconds); false for those that are not so. */
  removeExpired(keys: readonly Key[], now: number): Promise<boolean[]>;
  /** Items whose TTL attribute lies before `now` (epoch milliseconds). */
  expired(now: number): AsyncIterable<Attributes>;
  partition(pk: string): AsyncIterable<Attributes>;
  scan(): AsyncIterable<Attributes>;
  /** A scan in an order that stays, page by page, behind an item's key: whether that item is still there or not. */
  pages(after: Key | undefined): AsyncIterable<readonly Attributes[]>;
  /** Items of one index partition, greatest sort key first. Eventually consistent. */
  queryIndex(index: string, partition: string, limit: number): Promise<Attributes[]>;
}

/** For feeding alone: no processor writes into the user's items without a condition. */
export interface ItemWriter {
  /** Those of one item one after the other, as given; others side by side. `refused`: the table can't hold it. */
  write(writes: readonly ItemWrite[]): Promise<('written' | 'refused')[]>;
}
