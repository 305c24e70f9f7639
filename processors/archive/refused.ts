import { isAfterwriteError } from '../../shared/model/errors.ts';
import { keyText } from '../../shared/model/keys.ts';
import type { Log } from '../../shared/ports/log.ts';
import type { StoredDue } from '../../shared/state/due.ts';

/** What goes wrong with one entry for good is told, with what comes of it, and stops neither the others nor the readers. */
export async function unlessRefused<Result>(
  log: Log,
  { source }: StoredDue,
  outcome: string,
  take: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await take();
  } catch (error) {
    if (!isAfterwriteError(error) || error.retry) throw error;
    log.error({ key: keyText(source), code: error.code }, `${outcome}: ${error.message}; ${error.mend}`);
    return undefined;
  }
}
