import { hashOf } from '../../../shared/archive/layout.ts';
import { AfterwriteError } from '../../../shared/model/errors.ts';
import { type ObjectRef, refText } from '../../../shared/model/objectRef.ts';
import type { ArchiveStore } from '../../../shared/ports/archiveStore.ts';
import type { CopiedObject, ReferredObjects } from '../../../shared/ports/referredObjects.ts';

/** Objects by bucket and key, copied into an archive. No versions. */
export class MemoryObjects implements ReferredObjects {
  readonly #archive: ArchiveStore;
  readonly #objects = new Map<string, Uint8Array>();

  constructor(archive: ArchiveStore) {
    this.#archive = archive;
  }

  put(ref: ObjectRef, body: Uint8Array): void {
    this.#objects.set(refText(ref), body);
  }

  remove(ref: ObjectRef): void {
    this.#objects.delete(refText(ref));
  }

  async copy(ref: ObjectRef, keyFor: (etag: string) => string): Promise<CopiedObject> {
    const body = this.#objects.get(refText(ref));
    if (!body) throw new AfterwriteError('NOT_FOUND', `${refText(ref)} is not there`, { mend: 'put it back' });
    const etag = hashOf(body);
    const copy = keyFor(etag);
    await this.#archive.putIfAbsent(copy, body);
    return { bytes: body.length, etag, copy };
  }
}
