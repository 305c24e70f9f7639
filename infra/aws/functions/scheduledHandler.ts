import { type AfterwriteError, isAfterwriteError } from '../../../shared/model/errors.ts';
import { type Invocation, withDeadline } from './deadline.ts';
import { type Opened, once, openDeployed } from './opened.ts';

export type ScheduledHandler = (event: unknown, invocation: Invocation) => Promise<void>;

/**
 * A job that a schedule starts: what one run leaves undone, the next one does. Its function has a reserved concurrency of 1.
 * @param work stops after the step at hand once the signal is aborted
 */
export function scheduledHandler(work: (opened: Opened, signal: AbortSignal) => Promise<void>): ScheduledHandler {
  const opened = once(async () => openDeployed(process.env));
  return async (_event, invocation) => {
    const all = await opened();
    const { log, pause } = all.options;
    try {
      await withDeadline(invocation, pause, ({ signal }) => work(all, signal));
    } catch (error) {
      const { code, mend } = error as AfterwriteError;
      if (isAfterwriteError(error)) log.error({ code }, `${error.message}; ${mend}`);
      throw error;
    }
  };
}
