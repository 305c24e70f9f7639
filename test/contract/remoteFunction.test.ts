import { type EventBridgeEndpoint, startEventBridge } from '../../infra/local/eventbridge/endpoint.ts';
import { lambdaFunction } from '../../shared/aws/remoteFunction.ts';
import type { RemoteFunction } from '../../shared/ports/remoteFunction.ts';
import { MemoryFunction } from '../support/memory/memoryFunction.ts';
import { remoteFunctionContract } from './remoteFunctionContract.ts';

describe('a function in memory', () => {
  remoteFunctionContract(async (handler) => new MemoryFunction(handler));
});

describe('a function over the SDK', () => {
  const running: EventBridgeEndpoint[] = [];
  const start = async (handler: (event: unknown) => unknown, name = 'seen'): Promise<RemoteFunction> => {
    const endpoint = await startEventBridge({ functions: new Map([['seen', handler]]), functionTimeout: 300 });
    running.push(endpoint);
    const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
    return lambdaFunction({ region: 'us-east-1', endpoints: { lambda: endpoint.url }, credentials }, name);
  };
  afterEach(async () => {
    for (const endpoint of running.splice(0)) await endpoint.stop();
  });

  remoteFunctionContract((handler) => start(handler));

  test.each(['seen:live', 'arn:aws:lambda:us-east-1:000000000000:function:seen'])(
    'it is called as %s too',
    async (name) => {
      const remote = await start(() => 'here', name);
      await remote.describe();
      expect(await remote.call('{}')).toBe('here');
    },
  );

  test('one that does not exist is FUNCTION_MISSING', async () => {
    const remote = await start(() => 1, 'none');
    await expect(remote.describe()).rejects.toMatchObject({ code: 'FUNCTION_MISSING', retry: false });
    await expect(remote.call('{}')).rejects.toMatchObject({ code: 'FUNCTION_MISSING' });
  });

  test('one that takes too long is FUNCTION_FAILED, and is not called again', async () => {
    let calls = 0;
    const remote = await start(() => {
      calls++;
      return new Promise(() => {});
    });
    await expect(remote.call('{}')).rejects.toMatchObject({ code: 'FUNCTION_FAILED', retry: true });
    expect(calls).toBe(1);
  });
});
