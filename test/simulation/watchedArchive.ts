import { gunzipSync } from 'node:zlib';
import type { Attributes } from '../../shared/model/attribute.ts';
import { attributesToJson } from '../../shared/model/attributeJson.ts';
import type { ArchiveStore } from '../../shared/ports/archiveStore.ts';
import { withoutMark } from '../../shared/stream/mark.ts';

/** An archive, and what lies in it line by line; and which objects were read back, so that their content is proven. */
export class WatchedArchive {
  readonly store: ArchiveStore;
  /** Lines of the journal by stream event. */
  readonly journal = new Map<string, string>();
  /** Lines of the bundles that were read back since they were written, by the bundle's id. */
  readonly #proven = new Map<string, Set<string>>();

  constructor(inner: ArchiveStore) {
    this.store = {
      putIfAbsent: async (key, body, options) => {
        const outcome = await inner.putIfAbsent(key, body, options);
        if (key.startsWith('v1/journal/')) for (const line of linesOf(body)) this.journal.set(eventIdOf(line), line);
        return outcome;
      },
      get: async (key) => {
        const body = await inner.get(key);
        if (key.startsWith('v1/bundles/')) this.#prove(linesOf(body));
        return body;
      },
      move: (key, storageClass) => inner.move(key, storageClass),
      remove: (key) => inner.remove(key),
      list: (prefix) => inner.list(prefix),
    };
  }

  /** Whether a bundle that was read back holds this very image. */
  proves(bundle: string, image: Attributes | undefined): boolean {
    return image !== undefined && this.#proven.get(bundle)?.has(attributesToJson(withoutMark(image))) === true;
  }

  holds(bundle: string): boolean {
    return this.#proven.has(bundle);
  }

  #prove([header, ...lines]: string[]): void {
    const { bundle } = JSON.parse(header ?? '{}') as { bundle: string };
    this.#proven.set(bundle, new Set([...(this.#proven.get(bundle) ?? []), ...lines]));
  }
}

const linesOf = (body: Uint8Array): string[] =>
  gunzipSync(body)
    .toString()
    .split('\n')
    .filter((line) => line !== '');

const eventIdOf = (line: string): string => /"eventId":"([^"]*)"/.exec(line)?.[1] ?? '';
