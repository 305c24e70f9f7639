import { MAX_PAYLOAD_BYTES, type RemoteFunction } from '../../shared/ports/remoteFunction.ts';

/** What every RemoteFunction does. @param make one that runs this handler */
export function remoteFunctionContract(make: (handler: (event: unknown) => unknown) => Promise<RemoteFunction>): void {
  test('it gives the event on, and the answer back', async () => {
    const given: unknown[] = [];
    const remote = await make((event) => {
      given.push(event);
      return { taken: given.length, text: 'é 🗝️' };
    });
    await remote.describe();
    expect(given).toEqual([]);
    expect(await remote.call('{"a":["é","\\u0000"]}')).toEqual({ taken: 1, text: 'é 🗝️' });
    expect(given).toEqual([{ a: ['é', '\u0000'] }]);
  });

  test('one that answers nothing has answered', async () => {
    const remote = await make(() => undefined);
    expect(await remote.call('{}')).toBeNull();
  });

  test('one that throws is FUNCTION_FAILED, by its kind alone', async () => {
    const remote = await make(() => {
      throw new RangeError('what it was given: s3cret');
    });
    const failed = remote.call('{"a":1}');
    await expect(failed).rejects.toMatchObject({ code: 'FUNCTION_FAILED', retry: true });
    await expect(failed).rejects.toThrow(/RangeError/);
    expect(String(await failed.catch((error: unknown) => error))).not.toContain('s3cret');
  });

  test('6 MB are taken, more are not', async () => {
    const remote = await make((event) => (event as string).length);
    expect(await remote.call(`"${'x'.repeat(MAX_PAYLOAD_BYTES - 2)}"`)).toBe(MAX_PAYLOAD_BYTES - 2);
    await expect(remote.call(`"${'x'.repeat(MAX_PAYLOAD_BYTES - 1)}"`)).rejects.toMatchObject({ retry: false });
  });
}
