import { S3Error } from './errors.ts';
import type { BucketSettings, ObjectRecord, Retention } from './objectRecord.ts';

/*
 * Object Lock: by the bucket's default alone, and nobody may bypass it. States of a version: locked -> unlocked, when its
 * time is over. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
 */

const DAY = 86_400_000;

/** What a version is born with. @param now ms since the epoch */
export function defaultRetention({ lock }: Pick<BucketSettings, 'lock'>, now: number): Retention | undefined {
  return lock?.mode === undefined || lock.days === undefined
    ? undefined
    : { mode: lock.mode, until: now + lock.days * DAY };
}

const isLocked = ({ retention }: Pick<ObjectRecord, 'retention'>, now: number): boolean =>
  retention !== undefined && retention.until > now;

export function checkUnlocked(record: ObjectRecord, now: number): void {
  if (isLocked(record, now))
    throw new S3Error('AccessDenied', 'Access Denied because object protected by object lock.', { Key: record.key });
}

/** Of HEAD and GET. */
export const lockHeaders = ({ retention }: Pick<ObjectRecord, 'retention'>): Record<string, string> =>
  retention === undefined
    ? {}
    : {
        'x-amz-object-lock-mode': retention.mode,
        'x-amz-object-lock-retain-until-date': new Date(retention.until).toISOString(),
      };
