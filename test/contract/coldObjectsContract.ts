import type { StorageClass } from '../../shared/model/retention.ts';
import type { ArchiveStore } from '../../shared/ports/archiveStore.ts';
import { RESTORE_HOURS } from '../support/given/restoreHours.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

interface Cold {
  readonly archive: ArchiveStore;
  now(): number;
  turn(ms: number): void;
}

/** What every ArchiveStore does with cold objects: cold -> restoring -> restored -> cold. @param make with a clock that only tests turn */
export function coldObjectsContract(make: () => Promise<Cold>): void {
  let cold: Cold;
  beforeEach(async () => {
    cold = await make();
  });
  const put = async (key: string, storageClass: StorageClass): Promise<void> => {
    await cold.archive.putIfAbsent(key, new Uint8Array([1, 2, 3, 4]), { storageClass });
  };
  const state = async (key: string): Promise<string> => (await cold.archive.readability(key)).state;

  test.each(RESTORE_HOURS)(
    '%s by %s is readable after %d hours, for its days, and cold again',
    async (storageClass, tier, hours) => {
      const { archive } = cold;
      await put('k', storageClass);
      expect(await archive.readability('k')).toEqual({ state: 'cold' });
      await archive.restore('k', { tier, days: 2 });
      expect(await archive.readability('k')).toEqual({ state: 'restoring' });
      cold.turn(hours * HOUR_MS - 1);
      expect(await state('k')).toBe('restoring');
      await expect(archive.get('k')).rejects.toMatchObject({ code: 'ARCHIVE_COLD' });
      cold.turn(1);
      const restored = await archive.readability('k');
      if (restored.state !== 'restored') throw new Error(`it is ${restored.state}`);
      expect(restored.until - cold.now()).toBeGreaterThanOrEqual(2 * DAY_MS);
      expect(restored.until - cold.now()).toBeLessThan(3 * DAY_MS);
      expect([...(await archive.get('k'))]).toEqual([1, 2, 3, 4]);
      expect([...(await archive.get('k', { offset: 1, bytes: 2 }))]).toEqual([2, 3]);
      cold.turn(restored.until - cold.now());
      expect(await archive.readability('k')).toEqual({ state: 'cold' });
      await expect(archive.get('k')).rejects.toMatchObject({ code: 'ARCHIVE_COLD' });
    },
  );

  test('asking again changes nothing while it comes, and only the days once it is there', async () => {
    const { archive } = cold;
    await put('k', 'GLACIER');
    await archive.restore('k', { tier: 'Standard', days: 1 });
    cold.turn(4 * HOUR_MS);
    await archive.restore('k', { tier: 'Bulk', days: 9 });
    cold.turn(HOUR_MS);
    const first = await archive.readability('k');
    await archive.restore('k', { tier: 'Standard', days: 9 });
    const second = await archive.readability('k');
    if (first.state !== 'restored' || second.state !== 'restored') throw new Error('it is not restored');
    expect(second.until - first.until).toBe(8 * DAY_MS);
    cold.turn(first.until - cold.now());
    expect(await state('k')).toBe('restored');
  });

  test.each(['STANDARD', 'GLACIER_IR'] as const)('%s is readable, and stays so when it is asked for', async (warm) => {
    const { archive } = cold;
    await put('k', warm);
    expect(await archive.readability('k')).toEqual({ state: 'readable' });
    await archive.restore('k', { tier: 'Standard', days: 1 });
    expect(await archive.readability('k')).toEqual({ state: 'readable' });
    cold.turn(30 * DAY_MS);
    expect([...(await archive.get('k', { offset: 2, bytes: 2 }))]).toEqual([3, 4]);
  });

  test('what moves while it is restored is cold', async () => {
    const { archive } = cold;
    await put('k', 'GLACIER');
    await archive.restore('k', { tier: 'Expedited', days: 1 });
    cold.turn(HOUR_MS);
    await archive.move('k', 'DEEP_ARCHIVE');
    expect(await state('k')).toBe('cold');
  });

  test('what is not there is NOT_FOUND', async () => {
    const refused = { code: 'NOT_FOUND', retry: false };
    await expect(cold.archive.readability('none')).rejects.toMatchObject(refused);
    await expect(cold.archive.restore('none', { tier: 'Bulk', days: 1 })).rejects.toMatchObject(refused);
  });
}
