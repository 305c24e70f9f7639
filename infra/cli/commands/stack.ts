import { Command } from 'commander';
import { stageTime } from '../../../shared/state/fedClock.ts';
import { persist } from '../../../shared/stream/persist.ts';
import { sweepExpired } from '../../local/ttlSweeper.ts';
import { type CommonOptions, wholeNumber, withCommonOptions } from '../options.ts';
import { note, say, sayJson } from '../output.ts';
import { type Session, withSession } from '../session.ts';

interface StackOptions extends CommonOptions {
  readonly port?: number;
  readonly inMemory?: boolean;
}

const VARIABLES = {
  dynamodb: 'AWS_ENDPOINT_URL_DYNAMODB',
  streams: 'AWS_ENDPOINT_URL_DYNAMODB_STREAMS',
  s3: 'AWS_ENDPOINT_URL_S3',
  events: 'AWS_ENDPOINT_URL_EVENTBRIDGE',
  lambda: 'AWS_ENDPOINT_URL_LAMBDA',
} as const;

const EXPIRY_EVERY_MS = 300_000;

export function stackCommand(): Command {
  return withCommonOptions(new Command('stack'))
    .description('start the embedded endpoints alone, print their AWS_ENDPOINT_URL_… lines, and stay')
    .option('--port <port>', 'first of three ports: DynamoDB, S3, EventBridge (default: free ones)', wholeNumber)
    .option('--in-memory', 'keep nothing when it stops')
    .addHelpText(
      'after',
      '\nExample:\n  afterwrite stack > endpoints.env &\n  set -a; . ./endpoints.env; set +a; afterwrite provision',
    )
    .action((options: StackOptions) =>
      withSession(options, { port: options.port, inMemory: options.inMemory === true }, async (session) => {
        printEndpoints(session, options.json === true);
        note('The stack runs; stop it with Ctrl-C.');
        await sweepUntilStopped(session);
      }),
    );
}

function printEndpoints({ stack }: Session, json: boolean): void {
  const lines = Object.entries(VARIABLES).map(
    ([service, name]) => [name, stack.endpoints[service as keyof typeof VARIABLES]] as const,
  );
  if (json) sayJson(Object.fromEntries(lines));
  else for (const [name, url] of lines) say(`${name}=${url}`);
}

/** What DynamoDB's TTL does beside the store: only once the system's tables are there. */
async function sweepUntilStopped({ place, stack, signal, pipelineOptions }: Session): Promise<void> {
  const { clock, pause } = pipelineOptions;
  while (!signal.aborted) {
    await pause(EXPIRY_EVERY_MS, signal);
    if (signal.aborted || !stack.ownsTables) continue;
    const sweep = async (): Promise<void> => {
      const { now } = await stageTime(place.state, clock);
      await sweepExpired(place.system, place.table, now);
    };
    await persist(pipelineOptions, { sweeper: 'ttl' }, signal, sweep).catch(() => undefined);
  }
}
