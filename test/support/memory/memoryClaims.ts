import { AfterwriteError } from '../../../shared/model/errors.ts';
import type { ClaimSource } from '../../../shared/ports/claimSource.ts';

/** Objects by bucket and key. */
export class MemoryClaims implements ClaimSource {
  readonly #objects = new Map<string, Uint8Array>();

  put(bucket: string, key: string, body: Uint8Array): this {
    this.#objects.set(`${bucket}/${key}`, body);
    return this;
  }

  async get({ bucket, key }: { readonly bucket: string; readonly key: string }): Promise<Uint8Array> {
    const body = this.#objects.get(`${bucket}/${key}`);
    if (body) return body;
    throw new AfterwriteError('NOT_FOUND', `there is no ${bucket}/${key}`, { mend: 'look who put it' });
  }
}
