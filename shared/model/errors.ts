/**
 * Every failure that a person or a caller must tell apart. `retry` says whether the same call may succeed later,
 * `mend` what to do. A message names keys, tables and fields, never the content of an item.
 */
export type ErrorCode =
  | 'DECLARATION_WRONG'
  | 'ITEM_MALFORMED'
  | 'ITEM_REFUSED'
  | 'ITEM_TOO_WIDE'
  | 'ITEM_TOO_LARGE'
  | 'AGGREGATE_TOO_LARGE'
  | 'FEED_LINE_BROKEN'
  | 'TABLE_MISSING'
  | 'TABLE_NOT_OURS'
  | 'BUS_MISSING'
  | 'BUCKET_MISSING'
  | 'QUEUE_MISSING'
  | 'FUNCTION_MISSING'
  | 'FUNCTION_FAILED'
  | 'ENDPOINT_UNREACHABLE'
  | 'PORT_TAKEN'
  | 'JAVA_MISSING'
  | 'STREAM_EXPIRED_ITERATOR'
  | 'STREAM_TRIMMED'
  | 'THROTTLED'
  | 'SERVICE_REFUSED'
  | 'CONFLICT'
  | 'PUBLISH_FAILED'
  | 'PUBLISH_REFUSED'
  | 'EVENT_UNREADABLE'
  | 'EVENT_BUSY'
  | 'CLAIM_BROKEN'
  | 'DROP_REFUSED'
  | 'PARKED_HELD'
  | 'ARCHIVE_MISMATCH'
  | 'ARCHIVE_BROKEN'
  | 'ARCHIVE_COLD'
  | 'ARCHIVE_MOVED'
  | 'ARCHIVE_LOCKED'
  | 'ERASE_REFUSED'
  | 'NOT_FOUND'
  | 'USAGE';

export class AfterwriteError extends Error {
  readonly code: ErrorCode;
  readonly retry: boolean;
  readonly mend: string;

  constructor(code: ErrorCode, message: string, options: { retry?: boolean; mend: string; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AfterwriteError';
    this.code = code;
    this.retry = options.retry ?? false;
    this.mend = options.mend;
  }
}

export const isAfterwriteError = (error: unknown, code?: ErrorCode): error is AfterwriteError =>
  error instanceof AfterwriteError && (code === undefined || error.code === code);

/** Whether trying again can mend it. All else, a throwing function of a declaration too, concerns one item for good. */
export const passes = (error: unknown): error is AfterwriteError => isAfterwriteError(error) && error.retry;

/** Undefined for a malformed item, and where a function of the declaration throws on it: that item alone is left out. */
export function whereSound<Result>(compute: () => Result): Result | undefined {
  try {
    return compute();
  } catch (error) {
    if (passes(error)) throw error;
    return undefined;
  }
}

/** What to do about an item that is not as it was declared. */
export const CORRECT_WRITER = 'correct the writer; the change is parked, and waits for redrive';

/** What to do about a function that throws. */
export const MEND_FUNCTION = 'mend the function; the change is parked, and waits for redrive';

/** What is wrong in a declaration, and where; told when it is loaded. */
export const wrong = (path: string, what: string, mend: string, cause?: unknown): AfterwriteError =>
  new AfterwriteError('DECLARATION_WRONG', `${path}: ${what}`, { mend, cause });

/** Runs a function of a declaration; what it throws says which one it is. Throws DECLARATION_WRONG. @param what asked for only then */
export function calling<Result>(what: () => string, compute: () => Result): Result {
  try {
    return compute();
  } catch (error) {
    throw isAfterwriteError(error) ? error : thrownBy(what(), error, MEND_FUNCTION);
  }
}

/** What a function of a declaration threw on one item: it concerns that item. Its message may hold content, and is left out. */
export const thrownBy = (what: string, error: unknown, mend: string): AfterwriteError =>
  new AfterwriteError('DECLARATION_WRONG', `${what} throws ${error instanceof Error ? error.name : 'something'}`, {
    mend,
    cause: error,
  });
