import type { StorageClass } from '../model/retention.ts';

export interface ArchivedObject {
  readonly key: string;
  readonly bytes: number;
  readonly storageClass: StorageClass;
}

/** Objects that are written once. Throws ARCHIVE_BROKEN for what can't be read, NOT_FOUND for what is not there. */
export interface ArchiveStore {
  /** One winner: `present` where the key exists already. */
  putIfAbsent(key: string, body: Uint8Array, options?: { storageClass?: StorageClass }): Promise<'written' | 'present'>;
  get(key: string): Promise<Uint8Array>;
  /** In UTF-8 order of keys. */
  list(prefix: string): AsyncIterable<ArchivedObject>;
}
