import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { Envelope } from '../../../events/envelope.ts';
import type { Built } from './build.ts';
import { type Environment, jsonLines, Running, Shell } from './command.ts';

const SERVICES = 5;

/** `afterwrite stack` as a process, and commands that are told of it by the lines that it printed. */
export interface Endpoints {
  readonly process: Running;
  readonly environment: Environment;
  readonly shell: Shell;
}

export async function startEndpoints(built: Built, home: string, ...args: string[]): Promise<Endpoints> {
  const process = new Running(built, ['stack', ...args], { AFTERWRITE_HOME: home });
  const lines = await process.printed(SERVICES);
  const environment = Object.fromEntries(lines.map((line) => line.split('=', 2) as [string, string]));
  return { process, environment, shell: new Shell(built, environment) };
}

/** What the embedded bus wrote to its log of a stage: every delivery, repetitions included. */
export function deliveredTo(home: string, stage: string): Envelope[] {
  const log = join(home, 'logs', `_afterwrite_reviewer_events_${stage}.ndjson`);
  if (!existsSync(log)) return [];
  return jsonLines<{ detail: Envelope }>(readFileSync(log, 'utf8')).map(({ detail }) => detail);
}

const common = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

export const dynamoOf = ({ AWS_ENDPOINT_URL_DYNAMODB: endpoint = '' }: Environment): DynamoDBClient =>
  new DynamoDBClient({ ...common, endpoint });

export const eventBridgeOf = ({ AWS_ENDPOINT_URL_EVENTBRIDGE: endpoint = '' }: Environment): EventBridgeClient =>
  new EventBridgeClient({ ...common, endpoint });
