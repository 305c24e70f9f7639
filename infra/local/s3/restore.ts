import { S3Error } from './errors.ts';

/**
 * Storage classes, and the states of an object in a class that cannot be read at once.
 *
 *   readable   STANDARD, GLACIER_IR and every other warm class: always
 *   archived   GLACIER, DEEP_ARCHIVE: reading is refused
 *   restoring  asked for, the tier's time has not passed: reading is refused
 *   restored   a readable copy, until it expires
 *
 *   archived  --RestoreObject-->  restoring  --clock passes readyAt-->  restored  --clock passes expiresAt-->  archived
 *   restored  --RestoreObject-->  restored, with a later or earlier expiry
 *   restoring --RestoreObject-->  refused: RestoreAlreadyInProgress (AWS would take a faster tier)
 *
 * A state is never stored: it follows from the ticket and the clock. Overwriting or copying an object drops its ticket.
 */
type RestoreState = 'readable' | 'archived' | 'restoring' | 'restored';

/** Times in milliseconds since the epoch. */
export interface RestoreTicket {
  readyAt: number;
  expiresAt: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The longest time that each tier may take (S3 User Guide, "Understanding archive retrieval options"), in ms. */
const RESTORE_TIMES: Record<string, Record<string, number>> = {
  GLACIER: { Expedited: 5 * MINUTE, Standard: 5 * HOUR, Bulk: 12 * HOUR },
  DEEP_ARCHIVE: { Standard: 12 * HOUR, Bulk: 48 * HOUR },
};

const STORAGE_CLASSES = new Set([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER_IR',
  ...Object.keys(RESTORE_TIMES),
]);

export interface Stored {
  storageClass: string;
  restore?: RestoreTicket;
}

export function checkStorageClass(name: string): string {
  if (!STORAGE_CLASSES.has(name)) throw new S3Error('InvalidStorageClass');
  return name;
}

export function restoreState({ storageClass, restore }: Stored, now: number): RestoreState {
  if (RESTORE_TIMES[storageClass] === undefined) return 'readable';
  if (restore === undefined || now >= restore.expiresAt) return 'archived';
  return now < restore.readyAt ? 'restoring' : 'restored';
}

export function checkReadable(object: Stored, now: number): void {
  const state = restoreState(object, now);
  if (state === 'archived' || state === 'restoring') {
    throw new S3Error('InvalidObjectState', undefined, { StorageClass: object.storageClass });
  }
}

/** The `x-amz-restore` header of HEAD and GET. */
export function restoreHeader(object: Stored, now: number): string | undefined {
  const state = restoreState(object, now);
  if (state === 'restoring') return 'ongoing-request="true"';
  if (state !== 'restored' || object.restore === undefined) return undefined;
  return `ongoing-request="false", expiry-date="${new Date(object.restore.expiresAt).toUTCString()}"`;
}

/** The ticket that RestoreObject leaves. S3 lets the copy expire at the midnight (UTC) that follows its last day. */
export function askRestore(object: Stored, ask: { tier: string; days: number }, now: number): RestoreTicket {
  const times = RESTORE_TIMES[object.storageClass];
  if (times === undefined) {
    throw new S3Error('InvalidObjectState', "Restore is not allowed for the object's current storage class", {
      StorageClass: object.storageClass,
    });
  }
  const time = times[ask.tier];
  if (time === undefined) {
    throw new S3Error('InvalidArgument', 'Retrieval option is not supported by this storage class');
  }
  const state = restoreState(object, now);
  if (state === 'restoring') throw new S3Error('RestoreAlreadyInProgress');
  const readyAt = state === 'restored' && object.restore !== undefined ? object.restore.readyAt : now + time;
  return { readyAt, expiresAt: midnightAfter(Math.max(now, readyAt) + ask.days * DAY) };
}

const midnightAfter = (time: number): number => Math.ceil(time / DAY) * DAY;
