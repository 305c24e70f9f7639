import { z } from 'zod';
import type { Connection } from './aws/clients.ts';
import { AfterwriteError } from './model/errors.ts';

const endpoint = z.url({ protocol: /^https?$/ }).optional();

/** Every environment variable that afterwrite reads; the README's table is made of this. */
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
  AFTERWRITE_STAGE: z
    .string()
    .regex(/^[a-z0-9-]{1,32}$/, 'use 1 to 32 of a-z, 0-9 and -')
    .optional(),
  AFTERWRITE_HOME: z.string().min(1).optional(),
  AFTERWRITE_LOG: z.enum(['debug', 'info', 'warn', 'error', 'silent']).optional(),
});

export interface Config {
  readonly region: string;
  readonly stage: string;
  /** The folder of the embedded stack's data. */
  readonly home: string;
  readonly logLevel: string;
  /** Endpoints that are given; a service without one is embedded. */
  readonly endpoints: Connection['endpoints'];
  /** Where rules of the embedded EventBridge find queues; absent: nowhere. */
  readonly sqsEndpoint: string | undefined;
  /** Whether the environment names credentials; the embedded stack takes any. */
  readonly hasCredentials: boolean;
}

/** The only reader of the environment. Throws USAGE with the variable's name and what it may hold. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const set = Object.fromEntries(
    Object.entries(environment).filter(([name, value]) => name in Environment.shape && value !== ''),
  );
  const parsed = Environment.safeParse(set);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0] as z.core.$ZodIssue;
    throw new AfterwriteError('USAGE', `${path.join('.')} is not usable: ${message}`, {
      mend: `correct or unset ${path.join('.')}`,
    });
  }
  const env = parsed.data;
  const all = env.AWS_ENDPOINT_URL;
  const endpoints = {
    dynamodb: env.AWS_ENDPOINT_URL_DYNAMODB ?? all,
    // A DynamoDB endpoint that is not AWS's serves the streams of its tables too.
    streams: env.AWS_ENDPOINT_URL_DYNAMODB_STREAMS ?? all ?? env.AWS_ENDPOINT_URL_DYNAMODB,
    s3: env.AWS_ENDPOINT_URL_S3 ?? all,
    events: env.AWS_ENDPOINT_URL_EVENTBRIDGE ?? all,
    lambda: env.AWS_ENDPOINT_URL_LAMBDA ?? all,
  };
  return Object.freeze({
    region: env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? 'us-east-1',
    stage: env.AFTERWRITE_STAGE ?? 'dev',
    home: env.AFTERWRITE_HOME ?? '.afterwrite',
    logLevel: env.AFTERWRITE_LOG ?? 'warn',
    endpoints: Object.fromEntries(Object.entries(endpoints).filter(([, url]) => url !== undefined)),
    sqsEndpoint: env.AWS_ENDPOINT_URL_SQS ?? all,
    hasCredentials: env.AWS_ACCESS_KEY_ID !== undefined || env.AWS_PROFILE !== undefined,
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
