import type { Json } from '../pattern/pattern.ts';

/**
 * Input templates: text in which `<name>` stands for a value. Outside quotes a value is written as JSON, inside quotes as
 * plain text and not escaped; an object or list inside quotes loses its own quotes.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export interface Filling {
  readonly json: string;
  readonly text: string;
}

/** What a variable is whose path is not in the event. */
export const NOTHING: Filling = { json: '""', text: '' };

/** Names that need no path. */
export const PREDEFINED: ReadonlySet<string> = new Set([
  'aws.events.rule-arn',
  'aws.events.rule-name',
  'aws.events.event.ingestion-time',
  'aws.events.event',
  'aws.events.event.json',
]);

const TOKEN = /\\.|"|<([^<>]+)>|[^\\"<]+|[\\<]/gs;

export const fillingOf = (value: Json | undefined): Filling => {
  if (value === undefined) return NOTHING;
  const json = JSON.stringify(value);
  return { json, text: typeof value === 'string' ? value : unquoted(json) };
};

/** A value that is there as JSON text already, to the digit. */
export const fillingOfJson = (json: string): Filling => ({ json, text: unquoted(json) });

const unquoted = (json: string): string => json.replaceAll('"', '');

export const placeholdersIn = (template: string): string[] =>
  [...template.matchAll(TOKEN)].flatMap(([, name]) => (name === undefined ? [] : [name]));

export const filled = (template: string, fillingFor: (name: string) => Filling): string => {
  let isQuoted = false;
  return template.replace(TOKEN, (token: string, name: string | undefined) => {
    if (token === '"') isQuoted = !isQuoted;
    if (name === undefined) return token;
    const filling = fillingFor(name);
    return isQuoted ? filling.text : filling.json;
  });
};

/** JSON text without the white space between its tokens. */
export const minified = (json: string): string =>
  json.replace(/("(?:\\.|[^"\\])*")|\s+/gs, (_, string: string | undefined) => string ?? '');
