import * as z from 'zod';
import { invalid } from './errors.ts';
import { parse, patternText } from './input.ts';
import { fieldsOf } from './pattern/fields.ts';
import { matches } from './pattern/match.ts';
import { isObject, type JsonObject } from './pattern/pattern.ts';
import { compiledPattern } from './ruleOperations.ts';
import type { Service } from './service.ts';

const input = z.object({ EventPattern: patternText, Event: z.string() });

/** What AWS asks of an event here; its reference names `resources` too, its service does not insist. */
const MANDATORY = ['id', 'account', 'source', 'time', 'region', 'detail-type'];

export const testEventPattern = async (_service: Service, body: unknown): Promise<object> => {
  const { EventPattern, Event } = parse(input, body);
  const pattern = compiledPattern(EventPattern);
  return { Result: matches(pattern, fieldsOf(eventIn(Event))) };
};

const eventIn = (text: string): JsonObject => {
  let event: unknown;
  try {
    event = JSON.parse(text);
  } catch {
    throw invalid('Parameter Event is not valid.');
  }
  if (!isObject(event) || MANDATORY.some((name) => !(name in event))) throw invalid('Parameter Event is not valid.');
  return event;
};
