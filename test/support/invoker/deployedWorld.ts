import { mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { sourceName } from '../../../events/envelope.ts';
import { bundle, bundleOf, handlerFiles } from '../../../infra/aws/bundles/bundle.ts';
import { declarationFile } from '../../../infra/aws/bundles/bundling.ts';
import type { FunctionName } from '../../../infra/aws/constructs/resourceNames.ts';
import { type Stack, startStack } from '../../../infra/local/stack.ts';
import { type Workplace, workplace } from '../../../infra/pipeline/workplace.ts';
import { provision } from '../../../shared/aws/provision.ts';
import type { System } from '../../../shared/model/system.ts';
import { systemClock } from '../../../shared/ports/clock.ts';
import { FunctionProcess } from './functionProcess.ts';

const REGION = 'us-east-1';
const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };
const STAGE = 'deployed';

/** The bundles as they are deployed, each in a process of its own, on the embedded stack. */
export interface DeployedWorld {
  readonly stack: Stack;
  readonly place: Workplace;
  readonly functions: Readonly<Record<FunctionName, FunctionProcess>>;
  stop(): Promise<void>;
}

/** @param streamsBehind given the endpoint of streams, tells the one that all use in its place */
export async function startDeployedWorld(
  system: System,
  streamsBehind = async (endpoint: string): Promise<string> => endpoint,
): Promise<DeployedWorld> {
  const folder = mkdtempSync(resolve('node_modules/.cache/afterwrite-deployed-'));
  const entries = handlerFiles();
  await bundle(entries, declarationFile(system.name) as string, folder);
  const stack = await startStack({ given: {}, clock: systemClock, region: REGION });
  const endpoints = { ...stack.endpoints, streams: await streamsBehind(String(stack.endpoints.streams)) };
  const place = workplace(system, STAGE, { region: REGION, endpoints, credentials: CREDENTIALS });
  await provision(place.clients, system, place.names, sourceName(system.name), REGION);
  const environment = environmentOf(system, endpoints);
  const made = Object.keys(entries).map((name) => [name, new FunctionProcess(bundleOf(folder, name), environment)]);
  const functions = Object.fromEntries(made) as Record<FunctionName, FunctionProcess>;
  return {
    stack,
    place,
    functions,
    async stop() {
      await Promise.all(Object.values(functions).map((one) => one.end()));
      place.clients.close();
      await stack.stop();
      rmSync(join(folder), { recursive: true, force: true });
    },
  };
}

/** What Lambda and the constructs set, and where the services are. */
const environmentOf = (system: System, endpoints: Stack['endpoints']): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  AWS_REGION: REGION,
  AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  AFTERWRITE_SYSTEM: system.name,
  AFTERWRITE_STAGE: STAGE,
  NODE_OPTIONS: '--enable-source-maps',
  AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
  AWS_ENDPOINT_URL_DYNAMODB_STREAMS: endpoints.streams,
  AWS_ENDPOINT_URL_S3: endpoints.s3,
  AWS_ENDPOINT_URL_EVENTBRIDGE: endpoints.events,
});
