import { objectLocked } from '../../../shared/archive/locked.ts';
import { AfterwriteError } from '../../../shared/model/errors.ts';
import { DAY_MS, isCold, type StorageClass } from '../../../shared/model/retention.ts';
import { restoringHours } from '../../../shared/model/storageCost.ts';
import type { RestoreTier } from '../../../shared/model/storagePrices.ts';
import type { ArchiveStore, ByteRange, Lock, Readability } from '../../../shared/ports/archiveStore.ts';
import type { Clock } from '../../../shared/ports/clock.ts';

const HOUR_MS = 3_600_000;
const STANDING: Clock = { now: () => 0 };

interface Stored {
  readonly body: Uint8Array;
  readonly storageClass: StorageClass;
}

/** Epoch milliseconds. */
interface Copy {
  readonly readyAt: number;
  readonly until: number;
}

/** A restored copy expires at the midnight (UTC) that follows its days, as S3's. Its states follow from the clock. */
export class MemoryArchive implements ArchiveStore {
  readonly #copies = new Map<string, Copy>();
  readonly #locks = new Map<string, Lock>();
  readonly #objects = new Map<string, Stored>();
  readonly #clock: Clock;

  /** @param clock absent: it stands still */
  constructor(clock: Clock = STANDING) {
    this.#clock = clock;
  }

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
    const { body } = this.#find(key);
    const { state } = await this.readability(key);
    if (state === 'cold' || state === 'restoring')
      throw new AfterwriteError('ARCHIVE_COLD', `${key} is not restored`, { mend: 'restore it' });
    return range ? body.subarray(range.offset, range.offset + range.bytes) : body;
  }

  async *list(prefix: string): AsyncIterable<{ key: string; bytes: number; storageClass: StorageClass }> {
    const keys = [...this.#objects.keys()].filter((key) => key.startsWith(prefix));
    for (const key of keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))) {
      const object = this.#objects.get(key);
      if (object) yield { key, bytes: object.body.length, storageClass: object.storageClass };
    }
  }

  async *prefixes(prefix: string): AsyncIterable<string> {
    const found = new Set<string>();
    for await (const { key } of this.list(prefix)) {
      const end = key.indexOf('/', prefix.length);
      if (end !== -1) found.add(key.slice(0, end + 1));
    }
    yield* found;
  }

  async readability(key: string): Promise<Readability> {
    if (!isCold(this.#find(key).storageClass)) return { state: 'readable' };
    const copy = this.#copies.get(key);
    const now = this.#clock.now();
    if (!copy || copy.until <= now) return { state: 'cold' };
    return copy.readyAt > now ? { state: 'restoring' } : { state: 'restored', until: copy.until };
  }

  async restore(key: string, { tier, days }: { tier: RestoreTier; days: number }): Promise<void> {
    const { state } = await this.readability(key);
    if (state === 'readable' || state === 'restoring') return;
    const now = this.#clock.now();
    const hours = restoringHours(this.#find(key).storageClass, tier);
    if (hours === undefined)
      throw new AfterwriteError('SERVICE_REFUSED', `${key} can't be restored by ${tier}`, { mend: 'another tier' });
    const readyAt = state === 'restored' ? now : now + hours * HOUR_MS;
    this.#copies.set(key, { readyAt, until: Math.ceil((readyAt + days * DAY_MS) / DAY_MS) * DAY_MS });
  }

  /** As if the time of all tiers had passed. */
  finishRestores(): void {
    for (const [key, copy] of this.#copies) this.#copies.set(key, { ...copy, readyAt: this.#clock.now() });
  }

  async move(key: string, storageClass: StorageClass): Promise<void> {
    this.#objects.set(key, { body: await this.get(key), storageClass });
    this.#copies.delete(key);
  }

  async remove(key: string): Promise<void> {
    this.#objects.delete(key);
    this.#copies.delete(key);
  }

  async erase(key: string): Promise<void> {
    const lock = await this.lockOf(key);
    if (lock && lock.until > this.#clock.now()) throw objectLocked(key, lock);
    await this.remove(key);
  }

  async lockOf(key: string): Promise<Lock | undefined> {
    return this.#objects.has(key) ? this.#locks.get(key) : undefined;
  }

  /** As if the bucket had done so when it was written. */
  lock(key: string, lock: Lock): void {
    this.#locks.set(key, lock);
  }

  /** As if somebody else had changed the object behind the port. */
  damage(key: string, body: Uint8Array): void {
    this.#objects.set(key, { body, storageClass: 'STANDARD' });
  }

  #find(key: string): Stored {
    const object = this.#objects.get(key);
    if (!object) throw new AfterwriteError('NOT_FOUND', `the archive has no ${key}`, { mend: 'look what there is' });
    return object;
  }
}
