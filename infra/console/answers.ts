import type { ServerResponse } from 'node:http';
import { type ErrorCode, isAfterwriteError } from '../../shared/model/errors.ts';
import type { Problem } from './wire.ts';

/**
 * Nothing but our own files: no inline script or style, no eval, no frame, no other origin.
 * https://www.w3.org/TR/CSP3/
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** Of every answer. */
export const HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
} as const;

const STATUS: Partial<Record<ErrorCode, number>> = {
  USAGE: 400,
  NOT_FOUND: 404,
  CONFLICT: 409,
  PARKED_HELD: 409,
  THROTTLED: 503,
  ENDPOINT_UNREACHABLE: 503,
};

const FAILED = 500;

export function answerJson(response: ServerResponse, value: unknown, status = 200): void {
  if (response.headersSent || response.destroyed) return;
  const body = JSON.stringify(value);
  response.writeHead(status, {
    ...HEADERS,
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

export function answerProblem(response: ServerResponse, problem: Problem, status: number): void {
  const { code, message, mend } = problem;
  answerJson(response, { error: { code, message, mend } }, status);
}

export function answerError(response: ServerResponse, error: unknown): void {
  answerProblem(response, problemOf(error), statusOf(error));
}

export const statusOf = (error: unknown): number =>
  isAfterwriteError(error) ? (STATUS[error.code] ?? FAILED) : FAILED;

/** An error that nobody foresaw may hold anything in its message: only its name is told. */
export function problemOf(error: unknown): Problem {
  if (isAfterwriteError(error)) return { code: error.code, message: error.message, mend: error.mend };
  const name = error instanceof Error ? error.name : 'something';
  return {
    code: 'FAILED',
    message: `the console failed with ${name}`,
    mend: 'its terminal says more; please report it',
  };
}
