import type { StorageClass } from '../model/retention.ts';

export interface ArchivedObject {
  readonly key: string;
  readonly bytes: number;
  readonly storageClass: StorageClass;
}

/** Objects that are written once. Throws NOT_FOUND for what is not there, ARCHIVE_COLD for what must be restored before it can be read. */
export interface ArchiveStore {
  /** One winner: `present` where the key exists already. */
  putIfAbsent(key: string, body: Uint8Array, options?: { storageClass?: StorageClass }): Promise<'written' | 'present'>;
  /** To another storage class; doing it again changes nothing. */
  move(key: string, storageClass: StorageClass): Promise<void>;
  get(key: string): Promise<Uint8Array>;
  /** Only of what was spilled, once it is published: what is archived stays. What is not there is as good as removed. */
  remove(key: string): Promise<void>;
  /** In UTF-8 order of keys. */
  list(prefix: string): AsyncIterable<ArchivedObject>;
}
