import { isAfterwriteError } from '../../shared/model/errors.ts';
import type { Log } from '../../shared/ports/log.ts';
import type { Envelope } from '../envelope.ts';
import type { Metadata } from './open.ts';
import type { Ignored } from './recognise.ts';

/**
 * `stale`: a later change of the item was handled, and the event is dropped for good. `busy`: it is being handled elsewhere, and is
 * to come again. `failed`: it is to come again, until the queue or target gives it up.
 */
type Outcome = 'handled' | 'duplicate' | 'stale' | 'ignored' | 'busy' | 'failed';

/** What became of one delivery. */
export interface Result {
  readonly outcome: Outcome;
  /** Absent where the message has none that could be read. */
  readonly metadata?: Metadata | undefined;
  /** Of `ignored`. */
  readonly reason?: Ignored;
  /** Of `busy` and `failed`: what the handler threw, as it was, or an AfterwriteError. */
  readonly error?: unknown;
}

/** A message that holds an envelope for this subscriber, or what became of it. */
export type Opened =
  | { readonly envelope: Envelope; readonly result?: undefined }
  | { readonly result: Result; readonly envelope?: undefined };

/** Whether the message may leave its queue. */
export const isOver = ({ outcome }: Result): boolean => outcome !== 'busy' && outcome !== 'failed';

/** What a person should see. What is handled, a duplicate, or of no concern is counted by who wants to. */
export function logResult(log: Log, { outcome, metadata, reason, error }: Result): void {
  const about = metadata && {
    type: metadata.type,
    version: metadata.version,
    id: metadata.id,
    subject: metadata.subject,
  };
  if (outcome === 'stale')
    log.info({ ...about, sequence: metadata?.sequence }, 'dropped: a later change of the item was handled');
  if (reason === 'newer-version') log.warn({ ...about }, 'ignored: a newer version than is declared here');
  if (outcome === 'busy') log.info({ ...about }, 'put back: it is being handled elsewhere');
  if (outcome === 'failed') log.error({ ...about, ...errorFields(error) }, 'failed: it is to be delivered again');
}

/** Of a handler's own error the name and the place: its message may hold content. */
function errorFields(error: unknown): object {
  if (isAfterwriteError(error)) return { code: error.code, error: error.message, mend: error.mend };
  if (!(error instanceof Error)) return { error: typeof error };
  return { error: error.name, at: /^\s+at (.*)$/m.exec(error.stack ?? '')?.[1] };
}
