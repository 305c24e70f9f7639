import type { Connection } from '../../shared/aws/clients.ts';
import { readConfig } from '../../shared/config.ts';
import { namesOf } from '../../shared/model/names.ts';
import { systemClock } from '../../shared/ports/clock.ts';
import type { Log } from '../../shared/ports/log.ts';
import { announce, claim, findRunning, release } from '../local/runningStack.ts';
import { type Stack, type StackOptions, startStack } from '../local/stack.ts';
import { onThisMachine, type PipelineOptions } from '../pipeline/options.ts';
import { type Workplace, workplace } from '../pipeline/workplace.ts';
import type { CommonOptions } from './options.ts';
import { makeLog } from './output.ts';

/** What a command works with while it runs. */
export interface Session {
  readonly place: Workplace;
  readonly stack: Stack;
  readonly home: string;
  readonly log: Log;
  readonly pipelineOptions: PipelineOptions;
  /** Aborted by Ctrl-C and SIGTERM: finish the step at hand, then stop. */
  readonly signal: AbortSignal;
}

/** Any: the embedded stack checks none. */
const LOCAL_CREDENTIALS = { accessKeyId: 'afterwrite', secretAccessKey: 'afterwrite' };
const INTERRUPTED = 130;

export type Where = Partial<Pick<StackOptions, 'port' | 'filesHome' | 'functions'>> & { readonly inMemory?: boolean };

/**
 * Opens the endpoints for one command: those that the environment gives, else those of a stack that runs on the same
 * folder, else an embedded stack that lives as long as the command.
 */
export async function withSession<Result>(
  options: CommonOptions,
  where: Where,
  use: (session: Session) => Promise<Result>,
): Promise<Result> {
  const config = readConfig(process.env);
  const log = makeLog(config.logLevel, options.json === true);
  const signal = interruption();
  const own = await openStack(config, where, log);
  const { sqsEndpoint: sqs } = config;
  const local = { ...own.stack.endpoints, ...(sqs !== undefined && { sqs }) };
  const connection: Connection = {
    region: config.region,
    endpoints: local,
    ...(!config.hasCredentials && { credentials: LOCAL_CREDENTIALS }),
  };
  const stage = options.stage ?? config.stage;
  const place = workplace(options.system, stage, connection, namesOf(options.system, stage, config.account));
  const pipelineOptions = { ...onThisMachine(log), sweepsExpired: own.stack.ownsTables };
  try {
    return await use({ place, stack: own.stack, home: config.home, log, pipelineOptions, signal });
  } finally {
    place.clients.close();
    await own.close();
  }
}

async function openStack(
  config: ReturnType<typeof readConfig>,
  where: Where,
  log: Log,
): Promise<{ stack: Stack; close(): Promise<void> }> {
  const { region, endpoints: given, sqsEndpoint } = config;
  const base = { given, clock: systemClock, region, sqsEndpoint, log, port: where.port, functions: where.functions };
  const allGiven = ['dynamodb', 's3', 'events'].every((service) => service in config.endpoints);
  if (allGiven || where.inMemory) {
    const stack = await startStack({ ...base, filesHome: where.filesHome });
    return { stack, close: () => stack.stop() };
  }
  const running = where.port === undefined ? findRunning(config.home) : undefined;
  if (running && Object.keys(running.endpoints).length > 0) {
    const stack: Stack = {
      endpoints: { ...running.endpoints, ...config.endpoints },
      dynamoPid: undefined,
      ownsTables: false,
      delivered: () => undefined,
      stop: async () => {},
    };
    return { stack, close: stack.stop };
  }
  claim(config.home);
  try {
    const stack = await startStack({ ...base, home: config.home });
    announce(config.home, stack);
    const close = async (): Promise<void> => {
      await stack.stop();
      release(config.home);
    };
    return { stack, close };
  } catch (error) {
    release(config.home);
    throw error;
  }
}

/** The first signal asks to stop, the second stops at once. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(INTERRUPTED);
      controller.abort();
    });
  return controller.signal;
}
