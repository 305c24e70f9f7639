import * as z from 'zod';
import type { Connection } from './aws/clients.ts';
import { AfterwriteError } from './model/errors.ts';
import type { Names } from './model/names.ts';

const endpoint = z.url({ protocol: /^https?$/ }).optional();

const accountId = z.string().regex(/^\d{12}$/, 'an account of AWS has 12 digits');

const stageName = z.string().regex(/^[a-z0-9-]{1,32}$/, 'use 1 to 32 of a-z, 0-9 and -');

/** Every environment variable that the command reads; the README's table is made of this. */
const Environment = z.object({
  AWS_ENDPOINT_URL: endpoint,
  AWS_ENDPOINT_URL_DYNAMODB: endpoint,
  AWS_ENDPOINT_URL_DYNAMODB_STREAMS: endpoint,
  AWS_ENDPOINT_URL_S3: endpoint,
  AWS_ENDPOINT_URL_EVENTBRIDGE: endpoint,
  AWS_ENDPOINT_URL_SQS: endpoint,
  AWS_ENDPOINT_URL_LAMBDA: endpoint,
  AWS_REGION: z.string().min(1).optional(),
  AWS_DEFAULT_REGION: z.string().min(1).optional(),
  AWS_ACCESS_KEY_ID: z.string().min(1).optional(),
  AWS_PROFILE: z.string().min(1).optional(),
  AFTERWRITE_STAGE: stageName.optional(),
  AFTERWRITE_ACCOUNT: accountId.optional(),
  AFTERWRITE_HOME: z.string().min(1).optional(),
  AFTERWRITE_LOG: z.enum(['debug', 'info', 'warn', 'error', 'silent']).optional(),
});

export interface Config {
  readonly region: string;
  readonly stage: string;
  /** Of AWS: part of the archive's name there, and nothing is embedded; undefined on one machine. */
  readonly account: string | undefined;
  /** The folder of the embedded stack's data. */
  readonly home: string;
  readonly logLevel: string;
  /** Endpoints that are given; a service without one is embedded. */
  readonly endpoints: Connection['endpoints'];
  /** Where rules of the embedded EventBridge find queues; absent: nowhere. */
  readonly sqsEndpoint: string | undefined;
  /** Whether there are credentials to be found, in the environment or where AWS puts them; the embedded stack takes any. */
  readonly hasCredentials: boolean;
}

/** The only reader of the environment. Throws USAGE with the variable's name and what it may hold. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const env = checked(Environment, environment);
  const all = env.AWS_ENDPOINT_URL;
  const region = env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? 'us-east-1';
  const account = env.AFTERWRITE_ACCOUNT;
  const own = account === undefined ? {} : awsEndpoints(region);
  const endpoints = {
    dynamodb: env.AWS_ENDPOINT_URL_DYNAMODB ?? all ?? own.dynamodb,
    // A DynamoDB endpoint that is not AWS's serves the streams of its tables too.
    streams: env.AWS_ENDPOINT_URL_DYNAMODB_STREAMS ?? all ?? env.AWS_ENDPOINT_URL_DYNAMODB ?? own.streams,
    s3: env.AWS_ENDPOINT_URL_S3 ?? all ?? own.s3,
    events: env.AWS_ENDPOINT_URL_EVENTBRIDGE ?? all ?? own.events,
    lambda: env.AWS_ENDPOINT_URL_LAMBDA ?? all ?? own.lambda,
  };
  return Object.freeze({
    region,
    stage: env.AFTERWRITE_STAGE ?? 'dev',
    account,
    home: env.AFTERWRITE_HOME ?? '.afterwrite',
    logLevel: env.AFTERWRITE_LOG ?? 'warn',
    endpoints: Object.fromEntries(Object.entries(endpoints).filter(([, url]) => url !== undefined)),
    sqsEndpoint: env.AWS_ENDPOINT_URL_SQS ?? all,
    hasCredentials: [env.AWS_ACCESS_KEY_ID, env.AWS_PROFILE, account].some((given) => given !== undefined),
  });
}

/** Of the partition `aws`; elsewhere each is given. https://docs.aws.amazon.com/general/latest/gr/rande.html */
const awsEndpoints = (region: string): Connection['endpoints'] => ({
  dynamodb: `https://dynamodb.${region}.amazonaws.com`,
  streams: `https://streams.dynamodb.${region}.amazonaws.com`,
  s3: `https://s3.${region}.amazonaws.com`,
  events: `https://events.${region}.amazonaws.com`,
  lambda: `https://lambda.${region}.amazonaws.com`,
});

const name = z.string().min(1);

/** What a deployed function or service is told; its Region and credentials are AWS's own. Names, no secrets. */
const DeployedEnvironment = z.object({
  AFTERWRITE_SYSTEM: name,
  /** Of a service: a file that exports the system. Functions have theirs inside. Absent: one of this package. */
  AFTERWRITE_DECLARATION: name.optional(),
  AFTERWRITE_STAGE: stageName,
  /** Absent: as the system's declaration and the stage make them. */
  AFTERWRITE_TABLE: name.optional(),
  AFTERWRITE_STATE_TABLE: name.optional(),
  AFTERWRITE_BUCKET: name.optional(),
  AFTERWRITE_BUS: name.optional(),
  AFTERWRITE_REPLAY_BUS: name.optional(),
});

export interface DeployedConfig {
  readonly system: string;
  readonly declaration: string | undefined;
  readonly stage: string;
  /** Those that are not what the declaration and the stage make them. */
  readonly names: Partial<Pick<Names, 'table' | 'stateTable' | 'bucket' | 'bus' | 'replayBus'>>;
}

/** Of a function or a service that was deployed. Throws USAGE with the variable's name. */
export function readDeployedConfig(environment: NodeJS.ProcessEnv): DeployedConfig {
  const env = checked(DeployedEnvironment, environment);
  const names = {
    table: env.AFTERWRITE_TABLE,
    stateTable: env.AFTERWRITE_STATE_TABLE,
    bucket: env.AFTERWRITE_BUCKET,
    bus: env.AFTERWRITE_BUS,
    replayBus: env.AFTERWRITE_REPLAY_BUS,
  };
  return Object.freeze({
    system: env.AFTERWRITE_SYSTEM,
    declaration: env.AFTERWRITE_DECLARATION,
    stage: env.AFTERWRITE_STAGE,
    names: Object.fromEntries(Object.entries(names).filter(([, value]) => value !== undefined)),
  });
}

/** Empty variables are as good as none. */
function checked<Shape extends z.ZodObject>(shape: Shape, environment: NodeJS.ProcessEnv): z.infer<Shape> {
  const set = Object.fromEntries(
    Object.entries(environment).filter(([variable, value]) => variable in shape.shape && value !== ''),
  );
  const parsed = shape.safeParse(set);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0] as z.core.$ZodIssue;
  const variable = path.join('.');
  throw new AfterwriteError('USAGE', `${variable} is not usable: ${message}`, {
    mend: variable in set ? `correct or unset ${variable}` : `set ${variable}`,
  });
}

/** A secret by the name of the variable that holds it, so that it is in no argument and no record. Throws USAGE. */
export function readSecret(environment: NodeJS.ProcessEnv, name: string): string {
  const secret = environment[name];
  if (secret) return secret;
  throw new AfterwriteError('USAGE', `the environment variable ${name} is not set`, {
    mend: `set ${name} to the key or token that the endpoint asks for`,
  });
}
