import { gunzipSync } from 'node:zlib';
import type { Attributes } from '../../shared/model/attribute.ts';
import { attributesToJson } from '../../shared/model/attributeJson.ts';
import type { ArchiveStore } from '../../shared/ports/archiveStore.ts';
import { withoutMark } from '../../shared/stream/mark.ts';
import { CANARY } from './systems/cast.ts';

/** An archive, and what lies in it line by line; and which objects were read back, so that their content is proven. */
export class WatchedArchive {
  readonly store: ArchiveStore;
  /** Lines of the journal by stream event. */
  readonly journal = new Map<string, string>();
  /** Keys of objects that were given a secret. */
  readonly leaks: string[] = [];
  /** Lines of the bundles that were read back since they were written, by the bundle's id. */
  readonly #proven = new Map<string, Set<string>>();

  readonly #shown: (image: Attributes) => Attributes;

  /** @param shown an image as the archive may hold it */
  constructor(inner: ArchiveStore, shown: (image: Attributes) => Attributes) {
    this.#shown = shown;
    this.store = {
      putIfAbsent: async (key, body, options) => {
        const outcome = await inner.putIfAbsent(key, body, options);
        const lines = linesOf(body);
        if (lines.some((line) => line.includes(CANARY))) this.leaks.push(key);
        if (key.startsWith('v1/journal/')) for (const line of lines) this.journal.set(eventIdOf(line), line);
        return outcome;
      },
      get: async (key, range) => {
        const body = await inner.get(key, range);
        if (key.startsWith('v1/bundles/')) this.#prove(linesOf(body));
        return body;
      },
      move: (key, storageClass) => inner.move(key, storageClass),
      readability: (key) => inner.readability(key),
      restore: (key, ask) => inner.restore(key, ask),
      remove: (key) => inner.remove(key),
      erase: (key) => inner.erase(key),
      lockOf: (key) => inner.lockOf(key),
      list: (prefix) => inner.list(prefix),
      prefixes: (prefix) => inner.prefixes(prefix),
    };
  }

  /** Whether a bundle that was read back holds this very image. */
  proves(bundle: string, image: Attributes | undefined): boolean {
    if (image === undefined) return false;
    return this.#proven.get(bundle)?.has(attributesToJson(this.#shown(withoutMark(image)))) === true;
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
