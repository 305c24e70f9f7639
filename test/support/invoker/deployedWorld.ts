import { mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { sourceName } from '../../../events/envelope.ts';
import { bundle, bundleOf, handlerFiles } from '../../../infra/aws/bundles/bundle.ts';
import { declarationFile } from '../../../infra/aws/bundles/bundling.ts';
import type { FunctionName } from '../../../infra/aws/constructs/resourceNames.ts';
import { type Stack, startStack } from '../../../infra/local/stack.ts';
import { type Workplace, workplace } from '../../../infra/pipeline/workplace.ts';
import { provision } from '../../../shared/aws/provision.ts';
import { systemClock } from '../../../shared/ports/clock.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { FunctionProcess } from './functionProcess.ts';
import { type SplitStream, startSplitStream } from './splitStream.ts';

const REGION = 'us-east-1';
const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };
const STAGE = 'deployed';

/** The bundles as they are deployed, each in a process of its own, on the embedded stack; the stream's shards can split. */
export interface DeployedWorld {
  readonly stack: Stack;
  readonly place: Workplace;
  readonly stream: SplitStream;
  readonly functions: Readonly<Record<FunctionName, FunctionProcess>>;
  stop(): Promise<void>;
}

export async function startDeployedWorld(): Promise<DeployedWorld> {
  const folder = mkdtempSync(resolve('node_modules/.cache/afterwrite-deployed-'));
  const entries = handlerFiles();
  await bundle(entries, declarationFile(reviewer.name) as string, folder);
  const stack = await startStack({ given: {}, clock: systemClock, region: REGION });
  const stream = await startSplitStream(String(stack.endpoints.streams));
  const endpoints = { ...stack.endpoints, streams: stream.url };
  const place = workplace(reviewer, STAGE, { region: REGION, endpoints, credentials: CREDENTIALS });
  await provision(place.clients, reviewer, place.names, sourceName(reviewer.name), REGION);
  const environment = environmentOf(endpoints);
  const made = Object.keys(entries).map((name) => [name, new FunctionProcess(bundleOf(folder, name), environment)]);
  const functions = Object.fromEntries(made) as Record<FunctionName, FunctionProcess>;
  return {
    stack,
    place,
    stream,
    functions,
    async stop() {
      await Promise.all(Object.values(functions).map((one) => one.end()));
      place.clients.close();
      await stream.stop();
      await stack.stop();
      rmSync(join(folder), { recursive: true, force: true });
    },
  };
}

/** What Lambda and the constructs set, and where the services are. */
const environmentOf = (endpoints: Stack['endpoints']): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  AWS_REGION: REGION,
  AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  AFTERWRITE_SYSTEM: reviewer.name,
  AFTERWRITE_STAGE: STAGE,
  NODE_OPTIONS: '--enable-source-maps',
  AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
  AWS_ENDPOINT_URL_DYNAMODB_STREAMS: endpoints.streams,
  AWS_ENDPOINT_URL_S3: endpoints.s3,
  AWS_ENDPOINT_URL_EVENTBRIDGE: endpoints.events,
});
