import { gunzipSync } from 'node:zlib';
import type { ArchiveStore } from '../../shared/ports/archiveStore.ts';

/** An archive, and what lies in it line by line; and which objects were read back, so that their content is proven. */
export class WatchedArchive {
  readonly store: ArchiveStore;
  /** Lines of the journal by stream event. */
  readonly journal = new Map<string, string>();
  /** Lines of all bundles that were read back since they were written. */
  readonly proven = new Set<string>();

  constructor(inner: ArchiveStore) {
    this.store = {
      putIfAbsent: async (key, body, options) => {
        const outcome = await inner.putIfAbsent(key, body, options);
        if (key.startsWith('v1/journal/')) for (const line of linesOf(body)) this.journal.set(eventIdOf(line), line);
        return outcome;
      },
      get: async (key) => {
        const body = await inner.get(key);
        if (key.startsWith('v1/bundles/')) for (const line of linesOf(body)) this.proven.add(line);
        return body;
      },
      move: (key, storageClass) => inner.move(key, storageClass),
      list: (prefix) => inner.list(prefix),
    };
  }
}

const linesOf = (body: Uint8Array): string[] =>
  gunzipSync(body)
    .toString()
    .split('\n')
    .filter((line) => line !== '');

const eventIdOf = (line: string): string => /"eventId":"([^"]*)"/.exec(line)?.[1] ?? '';
