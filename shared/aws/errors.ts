import { AfterwriteError, type ErrorCode } from '../model/errors.ts';

interface SdkError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $retryable?: object;
}

const THROTTLES =
  /Throttl|ProvisionedThroughputExceeded|RequestLimitExceeded|LimitExceededException|SlowDown|TooManyRequests|TransactionConflict/;
const BROKEN_WIRE = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR)/;
/** The client's own fault is none of these: it timed out, came too often, or the service failed. */
const isPassing = (status: number): boolean => status === 408 || status === 429 || status >= 500;

/** The answer could not be read: a proxy's page, or cut off. The parser's message quotes it, so it is not told. */
const isGarbled = ({ name }: SdkError): boolean => name === 'SyntaxError';

export const nameOf = (error: unknown): string => (error as SdkError | undefined)?.name ?? '';

/** The SDK's error as one that says whether to retry, and what to do. `what` names the call and its table, bus or bucket. */
function fromSdk(error: unknown, what: string): AfterwriteError {
  if (error instanceof AfterwriteError) return error;
  const sdk = error as SdkError;
  const status = sdk.$metadata?.httpStatusCode ?? 0;
  const make = (code: ErrorCode, retry: boolean, mend: string): AfterwriteError =>
    new AfterwriteError(
      code,
      `${what}: ${sdk.name}: ${isGarbled(sdk) ? 'no answer of this service' : sdk.message || sdk.code || 'no answer'}`,
      {
        retry,
        mend,
        cause: error,
      },
    );
  if (sdk.name === 'ExpiredIteratorException')
    return make('STREAM_EXPIRED_ITERATOR', true, 'the iterator is opened again');
  if (sdk.name === 'TrimmedDataAccessException')
    return make(
      'STREAM_TRIMMED',
      false,
      'changes older than 24 hours are gone from the stream: rebuild the statistics',
    );
  if (THROTTLES.test(sdk.name)) return make('THROTTLED', true, 'it is tried again, slower');
  if (BROKEN_WIRE.test(sdk.code ?? '') || /Timeout|socket hang up|ECONN/.test(`${sdk.name} ${sdk.message}`))
    return make(
      'ENDPOINT_UNREACHABLE',
      true,
      'check that the endpoint runs, and AWS_ENDPOINT_URL and its per-service forms',
    );
  if (isPassing(status) || sdk.name === 'InternalServerError' || isGarbled(sdk))
    return make('ENDPOINT_UNREACHABLE', true, 'the service failed in passing: it is tried again');
  if (sdk.name === 'ValidationException' || sdk.name === 'SerializationException')
    return make('ITEM_REFUSED', false, 'the store does not take this item or key: correct its writer');
  if (sdk.name === 'ResourceNotFoundException')
    return make('TABLE_MISSING', false, "create it with 'afterwrite provision'");
  if (
    /UnrecognizedClient|InvalidSignature|InvalidAccessKeyId|CredentialsProvider|ExpiredToken|AccessDenied|SignatureDoesNotMatch/.test(
      sdk.name,
    )
  )
    return make('ENDPOINT_UNREACHABLE', false, 'check the credentials, and which endpoint they are for');
  return make('SERVICE_REFUSED', false, 'this is not expected: please report it with this line');
}

/** Runs one call of the SDK and translates its error. */
export async function calling<Result>(what: string, call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    throw fromSdk(error, what);
  }
}
