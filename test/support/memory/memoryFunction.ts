import { AfterwriteError } from '../../../shared/model/errors.ts';
import { MAX_PAYLOAD_BYTES, type RemoteFunction } from '../../../shared/ports/remoteFunction.ts';

/** Runs a handler in this process; what it is given and answers is what JSON leaves of it. */
export class MemoryFunction implements RemoteFunction {
  readonly name = 'function';
  readonly #handler: (event: unknown) => unknown;

  constructor(handler: (event: unknown) => unknown) {
    this.#handler = handler;
  }

  async describe(): Promise<void> {}

  async call(payload: string): Promise<unknown> {
    if (Buffer.byteLength(payload) > MAX_PAYLOAD_BYTES)
      throw new AfterwriteError('SERVICE_REFUSED', 'the payload is too large', { mend: 'send less' });
    try {
      return JSON.parse(JSON.stringify((await this.#handler(JSON.parse(payload))) ?? null));
    } catch (error) {
      throw new AfterwriteError('FUNCTION_FAILED', `function failed: ${(error as Error).name}`, {
        retry: true,
        mend: 'look into its log',
      });
    }
  }
}
