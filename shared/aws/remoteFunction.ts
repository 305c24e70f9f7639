import { InvokeCommand, type InvokeCommandOutput, LambdaClient } from '@aws-sdk/client-lambda';
import { AfterwriteError } from '../model/errors.ts';
import type { RemoteFunction } from '../ports/remoteFunction.ts';
import { type CallOptions, type Connection, clientConfig } from './clients.ts';
import { calling, nameOf } from './errors.ts';

/**
 * A function may take 15 minutes, and one that is late is still at work: the client does not call it a second time.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html
 */
const CALLS: CallOptions = { maxAttempts: 1, timeouts: { connectionTimeout: 5_000, requestTimeout: 910_000 } };

/** @param name of the function, with an alias behind a colon where it has one; or its ARN */
export function lambdaFunction(connection: Connection, name: string): RemoteFunction {
  const client = new LambdaClient(clientConfig(connection, 'lambda', CALLS));
  const invoke = (request: { InvocationType: 'DryRun' | 'RequestResponse'; Payload?: Uint8Array }) =>
    calling(`Invoke ${name}`, () => client.send(new InvokeCommand({ FunctionName: name, ...request }))).catch(
      (error: unknown) => {
        throw nameOf((error as Error).cause) === 'ResourceNotFoundException' ? missing(name, error) : error;
      },
    );
  return {
    name,
    // Asks for no other right than calling it does.
    async describe() {
      await invoke({ InvocationType: 'DryRun' });
    },
    async call(payload) {
      const answer = await invoke({ InvocationType: 'RequestResponse', Payload: Buffer.from(payload) });
      const said = answerIn(name, answer);
      if (answer.FunctionError === undefined) return said;
      throw failed(name, kindOf(said));
    },
  };
}

function answerIn(name: string, { Payload }: InvokeCommandOutput): unknown {
  const text = Payload?.transformToString() ?? '';
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    throw failed(name, 'its answer is no JSON');
  }
}

/** The error's class. Its message may quote what it was given. https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html */
function kindOf(said: unknown): string {
  const { errorType } = (said ?? {}) as { errorType?: unknown };
  return typeof errorType === 'string' ? errorType : 'it says not why';
}

const failed = (name: string, why: string): AfterwriteError =>
  new AfterwriteError('FUNCTION_FAILED', `${name} failed: ${why}`, {
    retry: true,
    mend: 'look into its log; then go on',
  });

const missing = (name: string, cause: unknown): AfterwriteError =>
  new AfterwriteError('FUNCTION_MISSING', `the function ${name} does not exist`, {
    mend: "take its name from 'aws lambda list-functions'; Region and account must be the function's",
    cause,
  });
