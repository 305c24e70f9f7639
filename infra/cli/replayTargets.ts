import { resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { AfterwriteError } from '../../shared/model/errors.ts';
import type { ReplayTo } from '../../shared/state/replays.ts';

/** What `--to` may be; stdout and shadow keep no record. */
export type To = ReplayTo | { readonly kind: 'stdout' } | { readonly kind: 'shadow' };

export const TARGETS = `bus: the replay bus; sqs:URL: one queue; function:NAME: one Lambda function, by name or ARN,
as if it read a FIFO queue; https://…: one endpoint, by POST;
file:PATH: one envelope a line, gzipped where it ends with .gz; stdout: the same, as archived, and nothing is noted;
shadow: statistics from the journal, held against the live ones;
table: items that were archived or have expired, put back where they are absent`;

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Reads `--to`. */
export function target(text: string): To {
  if (text === 'bus' || text === 'stdout' || text === 'shadow' || text === 'table') return { kind: text };
  const [, kind, rest = ''] = /^(sqs|file|function):(.+)$/.exec(text) ?? [];
  if (kind === 'file') return { kind: 'file', path: resolve(rest) };
  if (kind === 'function') return { kind: 'function', name: functionName(rest) };
  const given = kind === 'sqs' ? rest : text;
  if (!URL.canParse(given) || !/^https?:/.test(given))
    throw new InvalidArgumentError('give bus, sqs:URL, function:NAME, https://…, file:PATH, table, stdout or shadow');
  const url = new URL(given);
  if (kind === 'sqs') return { kind: 'queue', url: rest };
  if (url.username !== '' || url.password !== '')
    throw new InvalidArgumentError('a URL is kept and shown: give the secret by --secret-from');
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname))
    throw new InvalidArgumentError('history does not travel in the clear: give an https URL');
  return { kind: 'http', url: url.href };
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
const FUNCTION =
  /^(?:arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:)?[A-Za-z0-9_-]{1,64}(?::[A-Za-z0-9$_-]{1,128})?$/;

function functionName(text: string): string {
  if (!FUNCTION.test(text)) throw new InvalidArgumentError('give function:NAME, function:NAME:ALIAS or its ARN');
  return text;
}

/** The endpoint with what lets us in. Throws USAGE where that belongs to no endpoint. */
export function withSecret(to: To, { header, secretFrom }: { header?: string; secretFrom?: string }): To {
  if (header === undefined && secretFrom === undefined) return to;
  if (to.kind === 'http' && secretFrom !== undefined)
    return { ...to, secretFrom, ...(header !== undefined && { header }) };
  throw new AfterwriteError(
    'USAGE',
    '--secret-from and --secret-header are for an endpoint, and the header for a secret',
    {
      mend: 'give --to https://… --secret-from VARIABLE, and --secret-header NAME where it is no bearer token',
    },
  );
}

/** For people: what `--to` takes. */
export function targetText(to: ReplayTo): string {
  switch (to.kind) {
    case 'bus':
    case 'table':
      return to.kind;
    case 'queue':
      return `sqs:${to.url}`;
    case 'function':
      return `function:${to.name}`;
    case 'file':
      return `file:${to.path}`;
    case 'http':
      return to.url;
  }
}
