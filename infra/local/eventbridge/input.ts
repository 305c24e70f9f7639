import * as z from 'zod';
import { invalid, malformed, type ServiceError } from './errors.ts';
import {
  MAX_BUS_NAME_LENGTH,
  MAX_BUS_REFERENCE_LENGTH,
  MAX_PAGE_SIZE,
  MAX_PATTERN_LENGTH,
  MAX_RULE_NAME_LENGTH,
} from './limits.ts';

/** The parameters that several operations share. */
export const busName = z
  .string()
  .min(1)
  .max(MAX_BUS_NAME_LENGTH)
  .regex(/^[/.\-_A-Za-z0-9]+$/);
/** The name of a bus or its ARN. */
export const busReference = z.string().min(1).max(MAX_BUS_REFERENCE_LENGTH);
export const ruleName = z
  .string()
  .min(1)
  .max(MAX_RULE_NAME_LENGTH)
  .regex(/^[.\-_A-Za-z0-9]+$/);
export const patternText = z.string().max(MAX_PATTERN_LENGTH);
export const pageRequest = {
  NextToken: z.string().min(1).optional(),
  Limit: z.number().int().min(1).max(MAX_PAGE_SIZE).optional(),
};

/** Checks a request's body; what fails a constraint is named as AWS names it. */
export const parse = <S extends z.ZodType>(schema: S, body: unknown): z.infer<S> => {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw issue === undefined ? malformed('The request is not valid') : refusalOf(issue, body);
};

const refusalOf = (issue: z.core.$ZodIssue, body: unknown): ServiceError => {
  const value = valueAt(body, issue.path);
  const constraint = constraintOf(issue, value);
  if (constraint === undefined) return malformed(`${issue.path.map(String).join('.')}: ${issue.message}`);
  const shown =
    typeof value === 'object' && value !== null ? JSON.stringify(value).slice(0, 200) : String(value ?? 'null');
  return invalid(
    `1 validation error detected: Value '${shown}' at '${memberPath(issue.path)}' failed to satisfy constraint: ${constraint}`,
  );
};

const constraintOf = (issue: z.core.$ZodIssue, value: unknown): string | undefined => {
  if (issue.code === 'invalid_type') return value === undefined ? 'Member must not be null' : undefined;
  if (issue.code === 'too_big') return bound(issue.origin, 'less', issue.maximum);
  if (issue.code === 'too_small') return bound(issue.origin, 'greater', issue.minimum);
  if (issue.code === 'invalid_value') return `Member must satisfy enum value set: [${issue.values.join(', ')}]`;
  if (issue.code === 'invalid_format') {
    return `Member must satisfy regular expression pattern: ${(issue.pattern ?? '').replace(/^\/\^|\$\/$/g, '')}`;
  }
  return undefined;
};

const bound = (origin: string, direction: 'less' | 'greater', limit: number | bigint): string =>
  `Member must have ${origin === 'number' ? 'value' : 'length'} ${direction} than or equal to ${limit}`;

const valueAt = (body: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], body);

/** `Targets[0].Id` is `targets.1.member.id` in AWS's messages. */
const memberPath = (path: readonly PropertyKey[]): string =>
  path
    .map((key) =>
      typeof key === 'number' ? `${key + 1}.member` : String(key).charAt(0).toLowerCase() + String(key).slice(1),
    )
    .join('.');
