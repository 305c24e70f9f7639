import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { subscribe } from '../../events/subscriber/subscribe.ts';
import type { ClaimSource } from '../../shared/ports/claimSource.ts';
import { noteOf, notes } from '../support/given/envelopes.ts';

export interface ClaimPlace {
  readonly claims: ClaimSource;
  readonly bucket: string;
  put(key: string, body: Uint8Array): Promise<void>;
}

/** What every ClaimSource does, whatever it stands on. */
export function claimSourceContract(make: () => Promise<ClaimPlace>): void {
  let place: ClaimPlace;
  beforeEach(async () => {
    place = await make();
  });

  test('an object is given byte for byte as it was put, compressed or not', async () => {
    const body = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31) % 256);
    await place.put('claims/é a', body);
    const { bucket } = place;
    expect(Buffer.compare(await place.claims.get({ bucket, key: 'claims/é a' }), body)).toBe(0);
    await place.put('zipped', gzipSync(body));
    expect(Buffer.compare(await place.claims.get({ bucket, key: 'zipped' }), gzipSync(body))).toBe(0);
  });

  test('what is not there is told', async () => {
    await expect(place.claims.get({ bucket: place.bucket, key: 'none' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('a subscriber gets the data that its event only names', async () => {
    const json = JSON.stringify({ n: 5, more: 'x'.repeat(300_000) });
    const claim = {
      bucket: place.bucket,
      key: 'claim.json.gz',
      bytes: json.length,
      sha256: createHash('sha256').update(json).digest('hex'),
    };
    await place.put(claim.key, gzipSync(json));
    const got: number[] = [];
    const { handle } = subscribe(notes, { Noted: ({ data }) => void got.push(data.n) }, { claims: place.claims });
    expect(await handle({ ...noteOf(0, { claim }), data: null })).toMatchObject({ outcome: 'handled' });
    expect(got).toEqual([5]);
  });
}
