import { askRestore, checkReadable, restoreHeader, restoreState } from '../../../infra/local/s3/restore.ts';
import { RESTORE_HOURS } from '../../support/given/restoreHours.ts';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 5, 1, 12);

describe('what can be read at once', () => {
  test.each(['STANDARD', 'STANDARD_IA', 'GLACIER_IR', 'INTELLIGENT_TIERING'])('%s', (storageClass) => {
    expect(restoreState({ storageClass }, NOON)).toBe('readable');
    expect(() => checkReadable({ storageClass }, NOON)).not.toThrow();
  });

  test.each(['GLACIER', 'DEEP_ARCHIVE'])('not %s', (storageClass) => {
    expect(restoreState({ storageClass }, NOON)).toBe('archived');
    expect(() => checkReadable({ storageClass }, NOON)).toThrow(
      expect.objectContaining({ code: 'InvalidObjectState' }),
    );
  });
});

test.each(RESTORE_HOURS)('%s by %s takes %d hours, then is readable until a midnight', (storageClass, tier, hours) => {
  const restore = askRestore({ storageClass }, { tier, days: 2 }, NOON);
  const object = { storageClass, restore };
  const ready = NOON + hours * HOUR;

  expect(restoreState(object, ready - 1)).toBe('restoring');
  expect(restoreHeader(object, ready - 1)).toBe('ongoing-request="true"');
  expect(() => checkReadable(object, ready - 1)).toThrow();

  expect(restoreState(object, ready)).toBe('restored');
  expect(restoreHeader(object, ready)).toMatch(
    /^ongoing-request="false", expiry-date="\w{3}, \d\d \w{3} 2026 00:00:00 GMT"$/,
  );
  expect(restore.expiresAt - ready).toBeGreaterThanOrEqual(48 * HOUR);
  expect(restore.expiresAt - ready).toBeLessThan(72 * HOUR);

  expect(restoreState(object, restore.expiresAt)).toBe('archived');
  expect(restoreHeader(object, restore.expiresAt)).toBeUndefined();
});

test('asking again while it is under way is refused', () => {
  const restore = askRestore({ storageClass: 'GLACIER' }, { tier: 'Bulk', days: 1 }, NOON);
  const again = () => askRestore({ storageClass: 'GLACIER', restore }, { tier: 'Expedited', days: 1 }, NOON + HOUR);
  expect(again).toThrow(expect.objectContaining({ code: 'RestoreAlreadyInProgress', status: 409 }));
});

test('asking again for what is restored moves its expiry and keeps it readable', () => {
  const first = askRestore({ storageClass: 'GLACIER' }, { tier: 'Standard', days: 1 }, NOON);
  const later = first.readyAt + HOUR;
  const second = askRestore({ storageClass: 'GLACIER', restore: first }, { tier: 'Standard', days: 9 }, later);
  expect(second.expiresAt).toBeGreaterThan(first.expiresAt);
  expect(restoreState({ storageClass: 'GLACIER', restore: second }, later)).toBe('restored');
});

test('a copy that has expired starts anew', () => {
  const first = askRestore({ storageClass: 'GLACIER' }, { tier: 'Standard', days: 1 }, NOON);
  const again = askRestore({ storageClass: 'GLACIER', restore: first }, { tier: 'Standard', days: 1 }, first.expiresAt);
  expect(restoreState({ storageClass: 'GLACIER', restore: again }, first.expiresAt)).toBe('restoring');
});

test('refused: Expedited for DEEP_ARCHIVE, and any restore of a warm class', () => {
  const ask = { tier: 'Expedited', days: 1 };
  expect(() => askRestore({ storageClass: 'DEEP_ARCHIVE' }, ask, NOON)).toThrow(
    expect.objectContaining({ code: 'InvalidArgument' }),
  );
  expect(() => askRestore({ storageClass: 'GLACIER_IR' }, ask, NOON)).toThrow(
    expect.objectContaining({ code: 'InvalidObjectState' }),
  );
});
