import { DeliveryFailure } from './sender.ts';

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
  /** Milliseconds until an answer must have begun. */
  readonly timeout: number;
}

/** Any answer resolves. Rejects with TIMEOUT, NO_RESOURCE (no such host) or CONNECTION_FAILURE. */
export const post = async ({ url, headers, body, signal, timeout }: Post): Promise<Response> => {
  const late = AbortSignal.timeout(timeout);
  try {
    return await fetch(url, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.any([signal, late]),
    });
  } catch (error) {
    if (late.aborted) throw new DeliveryFailure('TIMEOUT', `${new URL(url).host} did not answer within ${timeout} ms.`);
    const code = (error as { cause?: { code?: unknown } }).cause?.code;
    const reason = `${new URL(url).host} can't be reached${typeof code === 'string' ? ` (${code})` : ''}.`;
    throw new DeliveryFailure(code === 'ENOTFOUND' ? 'NO_RESOURCE' : 'CONNECTION_FAILURE', reason);
  }
};
