import { DeliveryFailure, type SenderLookup } from './sender.ts';

const FUNCTION = /^arn:aws[a-z-]*:lambda:[^:]*:[^:]*:function:([A-Za-z0-9_-]{1,64})(?::[^:]+)?$/;

/** What a Lambda handler finds in its context, as far as it means something here. */
export interface FunctionContext {
  readonly functionName: string;
  readonly invokedFunctionArn: string;
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** Called as Lambda calls a handler. Throwing, rejecting or taking too long means: not delivered, try again. */
export type LocalFunction = (event: unknown, context: FunctionContext) => unknown;

/**
 * The functions that stand for Lambda functions of the same name, whatever Region, account or version their ARN says.
 * Looked up at each try, so one may be registered late. `timeout` in milliseconds.
 */
export const functionSenders =
  (functions: ReadonlyMap<string, LocalFunction>, timeout: number): SenderLookup =>
  (arn) => {
    const name = FUNCTION.exec(arn)?.[1];
    const local = name === undefined ? undefined : functions.get(name);
    if (name === undefined || local === undefined) return undefined;
    return async ({ body, eventId }, signal) => {
      const until = Date.now() + timeout;
      const context: FunctionContext = {
        functionName: name,
        invokedFunctionArn: arn,
        awsRequestId: eventId,
        getRemainingTimeInMillis: () => Math.max(0, until - Date.now()),
      };
      await within(timeout, signal, name, async () => local(JSON.parse(body), context));
    };
  };

/** A function can't be stopped: one that takes too long is left to itself. */
const within = async (
  timeout: number,
  signal: AbortSignal,
  name: string,
  run: () => Promise<unknown>,
): Promise<void> => {
  const late = AbortSignal.any([signal, AbortSignal.timeout(timeout)]);
  const ended = new Promise<never>((_, reject) => {
    const tooLate = (): void => reject(new DeliveryFailure('TIMEOUT', `${name} did not end within ${timeout} ms.`));
    late.addEventListener('abort', tooLate, { once: true });
  });
  const ran = run().catch((error: unknown) => {
    const kind = error instanceof Error ? error.name : 'something';
    throw new DeliveryFailure('ERROR_FROM_TARGET', `${name} threw ${kind}.`);
  });
  await Promise.race([ran, ended]);
};
