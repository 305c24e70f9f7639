import pMap from 'p-map';
import pRetry, { AbortError } from 'p-retry';
import type { Envelope } from '../../../events/envelope.ts';
import type { RetryTimes } from '../../../events/publish.ts';
import { AfterwriteError } from '../../../shared/model/errors.ts';
import type { ReplayTarget } from '../target.ts';

interface Endpoint {
  readonly url: string;
  /** Beside the content's type: what lets us in. */
  readonly headers: Readonly<Record<string, string>>;
  readonly retry?: RetryTimes;
}

const PORTION = 50;
const POSTS_AT_ONCE = 8;
const ANSWER_WITHIN_MS = 10_000;
const RETRY: RetryTimes = { retries: 5, minTimeout: 200, maxTimeout: 5_000 };
/** The endpoint's fault, or a matter of time. https://www.rfc-editor.org/rfc/rfc9110#name-status-codes */
const PASSING: ReadonlySet<number> = new Set([408, 409, 425, 429]);

/** Posts each envelope as JSON, one at a time per partition key. 2xx is taken; a redirection is not followed. */
export function httpTarget(endpoint: Endpoint): ReplayTarget {
  const { host } = new URL(endpoint.url);
  return {
    name: `endpoint ${host}`,
    portion: PORTION,
    check: async () => {},
    open: async () => {},
    async send(envelopes) {
      await pMap(
        linesOf(envelopes),
        async (line) => {
          for (const envelope of line) await post(endpoint, host, envelope);
        },
        { concurrency: POSTS_AT_ONCE },
      );
      return undefined;
    },
    close: async () => {},
  };
}

/** The envelopes of each partition key, in order. */
function linesOf(envelopes: readonly Envelope[]): Envelope[][] {
  const lines = new Map<string, Envelope[]>();
  for (const envelope of envelopes) {
    const { partitionKey } = envelope.metadata;
    const line = lines.get(partitionKey);
    if (line) line.push(envelope);
    else lines.set(partitionKey, [envelope]);
  }
  return [...lines.values()];
}

function post({ url, headers, retry = RETRY }: Endpoint, host: string, envelope: Envelope): Promise<void> {
  const { id, type } = envelope.metadata;
  const attempt = async (): Promise<void> => {
    const status = await statusOf(url, headers, JSON.stringify(envelope));
    if (typeof status === 'number' && status >= 200 && status < 300) return;
    const failed = new AfterwriteError('PUBLISH_FAILED', `${host} did not take ${type} ${id}: ${status}`, {
      retry: true,
      mend: 'look whether the endpoint is well; then go on with the replay',
    });
    if (typeof status !== 'number' || status >= 500 || PASSING.has(status)) throw failed;
    throw new AbortError(
      new AfterwriteError('PUBLISH_REFUSED', `${host} refused ${type} ${id}: ${status}`, {
        mend: 'look at the key or token that it is given, and at what it takes; then go on with the replay',
      }),
    );
  };
  return pRetry(attempt, { ...retry, randomize: true });
}

/** A status, or in words why there is none. */
async function statusOf(url: string, headers: Endpoint['headers'], body: string): Promise<number | string> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json; charset=utf-8' },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    await answer.body?.cancel();
    return answer.status;
  } catch (error) {
    const { name, cause } = error as Error;
    const code = (cause as { code?: unknown } | undefined)?.code;
    return name === 'TimeoutError' ? `no answer within ${ANSWER_WITHIN_MS} ms` : String(code ?? 'not reachable');
  }
}
