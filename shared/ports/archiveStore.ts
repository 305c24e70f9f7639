import type { StorageClass } from '../model/retention.ts';
import type { RestoreTier } from '../model/storagePrices.ts';

export interface ArchivedObject {
  readonly key: string;
  readonly bytes: number;
  readonly storageClass: StorageClass;
}

/**
 * Whether an object can be read. States: readable (a warm class) | cold -> restoring -> restored, readable until the time
 * (epoch milliseconds), then cold again.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/archived-objects.html
 */
export type Readability =
  | { readonly state: 'readable' | 'cold' | 'restoring' }
  | { readonly state: 'restored'; readonly until: number };

/**
 * Until when (epoch milliseconds) nobody can erase an object: in COMPLIANCE nobody at all, in GOVERNANCE but those with a
 * permission of its own. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
 */
export interface Lock {
  readonly mode: 'GOVERNANCE' | 'COMPLIANCE';
  readonly until: number;
}

/** Within an object. */
export interface ByteRange {
  readonly offset: number;
  readonly bytes: number;
}

/** Objects that are written once. Throws NOT_FOUND for what is not there, ARCHIVE_COLD for what must be restored before it can be read. */
export interface ArchiveStore {
  /** One winner: `present` where the key exists already. */
  putIfAbsent(key: string, body: Uint8Array, options?: { storageClass?: StorageClass }): Promise<'written' | 'present'>;
  /** To another storage class; doing it again changes nothing. */
  move(key: string, storageClass: StorageClass): Promise<void>;
  /** @param range only these bytes of it */
  get(key: string, range?: ByteRange): Promise<Uint8Array>;
  /** Throws NOT_FOUND. */
  readability(key: string): Promise<Readability>;
  /**
   * Asks for a copy of a cold object that can be read for so many days. Asking again changes nothing, but the days once it
   * is there; nothing is asked for what can be read anyway. Throws NOT_FOUND.
   */
  restore(key: string, ask: { tier: RestoreTier; days: number }): Promise<void>;
  /**
   * Only of what counts no more: what was spilled and is published, what was compacted. Where the store keeps versions it is
   * hidden, and goes with them. What is not there is as good as removed.
   */
  remove(key: string): Promise<void>;
  /** With all its versions, hidden ones too: nothing of it is left. Throws ARCHIVE_LOCKED. What is not there is as good as erased. */
  erase(key: string): Promise<void>;
  /** The longest of those on its versions, over or not; undefined where it has none. */
  lockOf(key: string): Promise<Lock | undefined>;
  /** In UTF-8 order of keys. */
  list(prefix: string): AsyncIterable<ArchivedObject>;
  /**
   * What the keys under a prefix begin with, up to and with the next `/`, each once, in UTF-8 order: `a/b/` and `a/c/` of
   * `a/b/1`, `a/b/2`, `a/c/1` and `a/d` under `a/`. As many requests as there are thousands of them.
   */
  prefixes(prefix: string): AsyncIterable<string>;
}
