import type { ArchiveStore, Lock } from '../../shared/ports/archiveStore.ts';
import { gather } from './reading.ts';

interface Locking {
  readonly archive: ArchiveStore;
  now(): number;
  turn(ms: number): void;
  /** Puts an object that is locked from the moment that it is written. */
  putLocked(key: string): Promise<Lock>;
}

/** What every ArchiveStore does with locks: locked -> over, by the clock alone. @param make with a clock that only tests turn */
export function lockedObjectsContract(make: () => Promise<Locking>): void {
  let locking: Locking;
  beforeEach(async () => {
    locking = await make();
  });

  test('what is locked is read, and can not be erased before its time is over', async () => {
    const { archive, now, turn } = locking;
    const lock = await locking.putLocked('a/k');
    expect(await archive.lockOf('a/k')).toEqual(lock);
    await expect(archive.erase('a/k')).rejects.toMatchObject({ code: 'ARCHIVE_LOCKED', retry: false });
    await expect(archive.erase('a/k')).rejects.toThrow(new Date(lock.until).toISOString());
    expect([...(await archive.get('a/k'))]).toEqual([1, 2, 3]);
    turn(lock.until - now() - 1);
    await expect(archive.erase('a/k')).rejects.toMatchObject({ code: 'ARCHIVE_LOCKED' });
    turn(1);
    expect(await archive.lockOf('a/k')).toEqual(lock);
    await archive.erase('a/k');
    await archive.erase('a/k');
    expect(await archive.lockOf('a/k')).toBeUndefined();
    expect(await gather(archive.list('a/'))).toEqual([]);
    expect(await archive.putIfAbsent('a/k', new Uint8Array([4]))).toBe('written');
  });

  test('nothing holds what is not there', async () => {
    expect(await locking.archive.lockOf('a/none')).toBeUndefined();
    await locking.archive.erase('a/none');
  });
}
