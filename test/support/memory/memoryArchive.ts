import { AfterwriteError } from '../../../shared/model/errors.ts';
import type { StorageClass } from '../../../shared/model/retention.ts';
import type { ArchiveStore, ByteRange, Readability } from '../../../shared/ports/archiveStore.ts';

/** Classes whose objects must be restored before they can be read. */
const COLD: readonly StorageClass[] = ['GLACIER', 'DEEP_ARCHIVE'];

export class MemoryArchive implements ArchiveStore {
  readonly #restores = new Map<string, 'restoring' | 'restored'>();
  readonly #objects = new Map<string, { body: Uint8Array; storageClass: StorageClass }>();

  async putIfAbsent(
    key: string,
    body: Uint8Array,
    options?: { storageClass?: StorageClass },
  ): Promise<'written' | 'present'> {
    if (this.#objects.has(key)) return 'present';
    this.#objects.set(key, { body: Uint8Array.from(body), storageClass: options?.storageClass ?? 'STANDARD' });
    return 'written';
  }

  async get(key: string, range?: ByteRange): Promise<Uint8Array> {
    const object = this.#objects.get(key);
    if (!object) throw new AfterwriteError('NOT_FOUND', `the archive has no ${key}`, { mend: 'look what there is' });
    if (COLD.includes(object.storageClass) && this.#restores.get(key) !== 'restored')
      throw new AfterwriteError('ARCHIVE_COLD', `${key} is not restored`, { mend: 'restore it' });
    return range ? object.body.subarray(range.offset, range.offset + range.bytes) : object.body;
  }

  async *list(prefix: string): AsyncIterable<{ key: string; bytes: number; storageClass: StorageClass }> {
    const keys = [...this.#objects.keys()].filter((key) => key.startsWith(prefix));
    for (const key of keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))) {
      const object = this.#objects.get(key);
      if (object) yield { key, bytes: object.body.length, storageClass: object.storageClass };
    }
  }

  async readability(key: string): Promise<Readability> {
    const object = this.#objects.get(key);
    if (!object) throw new AfterwriteError('NOT_FOUND', `the archive has no ${key}`, { mend: 'look what there is' });
    if (!COLD.includes(object.storageClass)) return { state: 'readable' };
    const restore = this.#restores.get(key);
    if (restore === undefined) return { state: 'cold' };
    return restore === 'restored' ? { state: 'restored', until: Number.MAX_SAFE_INTEGER } : { state: 'restoring' };
  }

  async restore(key: string): Promise<void> {
    if (!this.#restores.has(key)) this.#restores.set(key, 'restoring');
  }

  /** As if the time of all tiers had passed. */
  finishRestores(): void {
    for (const key of this.#restores.keys()) this.#restores.set(key, 'restored');
  }

  async move(key: string, storageClass: StorageClass): Promise<void> {
    this.#objects.set(key, { body: await this.get(key), storageClass });
  }

  async remove(key: string): Promise<void> {
    this.#objects.delete(key);
  }

  /** As if somebody else had changed the object behind the port. */
  damage(key: string, body: Uint8Array): void {
    this.#objects.set(key, { body, storageClass: 'STANDARD' });
  }
}
