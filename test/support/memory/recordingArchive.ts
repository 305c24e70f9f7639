import type { ArchiveStore } from '../../../shared/ports/archiveStore.ts';

/** Tells which keys were read, and which prefixes listed; not those of which only what follows was asked, up to a slash. */
export class RecordingArchive implements ArchiveStore {
  readonly asked = new Set<string>();
  readonly #inner: ArchiveStore;

  constructor(inner: ArchiveStore) {
    this.#inner = inner;
  }

  putIfAbsent: ArchiveStore['putIfAbsent'] = (...args) => this.#inner.putIfAbsent(...args);
  move: ArchiveStore['move'] = (...args) => this.#inner.move(...args);
  readability: ArchiveStore['readability'] = (...args) => this.#inner.readability(...args);
  restore: ArchiveStore['restore'] = (...args) => this.#inner.restore(...args);
  remove: ArchiveStore['remove'] = (...args) => this.#inner.remove(...args);
  erase: ArchiveStore['erase'] = (...args) => this.#inner.erase(...args);
  lockOf: ArchiveStore['lockOf'] = (...args) => this.#inner.lockOf(...args);
  prefixes: ArchiveStore['prefixes'] = (...args) => this.#inner.prefixes(...args);

  get: ArchiveStore['get'] = (key, range) => {
    this.asked.add(key);
    return this.#inner.get(key, range);
  };

  list: ArchiveStore['list'] = (prefix) => {
    this.asked.add(prefix);
    return this.#inner.list(prefix);
  };
}
