import type { ArchiveStore } from '../ports/archiveStore.ts';

/** An archive that tells how much was read of it. */
export interface CountedArchive {
  readonly archive: ArchiveStore;
  /** Of all objects and parts of objects that were read, as they are stored. */
  bytesRead(): number;
}

export function countingReads(inner: ArchiveStore): CountedArchive {
  let bytes = 0;
  const archive: ArchiveStore = {
    putIfAbsent: (...args) => inner.putIfAbsent(...args),
    move: (...args) => inner.move(...args),
    readability: (...args) => inner.readability(...args),
    restore: (...args) => inner.restore(...args),
    remove: (...args) => inner.remove(...args),
    erase: (...args) => inner.erase(...args),
    lockOf: (...args) => inner.lockOf(...args),
    list: (prefix) => inner.list(prefix),
    prefixes: (prefix) => inner.prefixes(prefix),
    async get(...args) {
      const body = await inner.get(...args);
      bytes += body.length;
      return body;
    },
  };
  return { archive, bytesRead: () => bytes };
}
