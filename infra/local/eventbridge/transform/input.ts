import { detailTextIn } from '../envelope.ts';
import type { Json, JsonObject } from '../pattern/pattern.ts';
import { DeliveryFailure } from '../senders/sender.ts';
import type { TargetParameters } from '../targetParameters.ts';
import { valueAt } from './jsonPath.ts';
import { type Filling, filled, fillingOf, fillingOfJson, minified } from './template.ts';

/** An event of one rule, as its target's parameters make it into what the target is sent. */
export interface Matched {
  readonly rule: { readonly arn: string; readonly name: string };
  readonly target: TargetParameters;
  /** The whole event, one line of JSON. */
  readonly line: string;
  /** Milliseconds since the epoch. */
  readonly takenAt: number;
}

/** Throws DeliveryFailure INVALID_JSON where a template that is JSON comes out as something else. */
export const inputOf = (matched: Matched): string => {
  const { Input, InputPath, InputTransformer } = matched.target;
  if (Input !== undefined) return Input;
  if (InputPath !== undefined) return atPath(InputPath, matched.line);
  if (InputTransformer !== undefined) return transformed(matched, InputTransformer);
  return matched.line;
};

/** The whole event and its detail are cut out as text, so that no digit of a number is lost. */
const atPath = (path: string, line: string): string => {
  if (path === '$') return line;
  if (path === '$.detail') return detailTextIn(line);
  return JSON.stringify(valueAt(path, JSON.parse(line) as Json) ?? null);
};

type Transformer = NonNullable<TargetParameters['InputTransformer']>;

const transformed = (matched: Matched, { InputTemplate, InputPathsMap = {} }: Transformer): string => {
  const event = JSON.parse(matched.line) as JsonObject;
  const fillingFor = (name: string): Filling => {
    const path = InputPathsMap[name];
    return path === undefined ? predefined(name, matched, event) : fillingOf(valueAt(path, event));
  };
  const text = filled(InputTemplate, fillingFor);
  if (!/^\s*[[{]/.test(InputTemplate)) return text;
  try {
    JSON.parse(text);
  } catch {
    throw new DeliveryFailure('INVALID_JSON', 'The input transformer does not make valid JSON of the event.');
  }
  return minified(text);
};

const predefined = (name: string, { rule, line, takenAt }: Matched, event: JsonObject): Filling => {
  if (name === 'aws.events.rule-arn') return fillingOf(rule.arn);
  if (name === 'aws.events.rule-name') return fillingOf(rule.name);
  if (name === 'aws.events.event.ingestion-time') return fillingOf(new Date(takenAt).toISOString());
  if (name === 'aws.events.event.json') return fillingOfJson(line);
  // As AWS: without the detail, and with `detailType` for `detail-type`.
  const { detail: _, 'detail-type': detailType = null, ...rest } = event;
  return fillingOf({ ...rest, detailType });
};
