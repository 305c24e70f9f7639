import { AfterwriteError } from '../model/errors.ts';
import { isoUtc } from '../model/time.ts';
import type { Lock } from '../ports/archiveStore.ts';

/** Why an object can't be erased now. @param others how many more are locked */
export function objectLocked(key: string, { mode, until }: Lock, others = 0, cause?: unknown): AfterwriteError {
  const all = others > 0 ? `${key}, and ${others} others,` : key;
  return new AfterwriteError('ARCHIVE_LOCKED', `${all} can't be erased before ${isoUtc(until)}: ${mode} lock`, {
    mend:
      mode === 'COMPLIANCE'
        ? 'nobody can before: run it again after that time'
        : 'run it again after that time; who may bypass governance retention can take the lock off before',
    ...(cause !== undefined && { cause }),
  });
}
