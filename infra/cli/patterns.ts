import { readFileSync } from 'node:fs';
import { AfterwriteError } from '../../shared/model/errors.ts';
import { compile } from '../local/eventbridge/pattern/compile.ts';
import { fieldsOf } from '../local/eventbridge/pattern/fields.ts';
import { matches } from '../local/eventbridge/pattern/match.ts';
import { InvalidPattern, type Json } from '../local/eventbridge/pattern/pattern.ts';

const GUIDE = 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html';

export type Condition = (value: Json) => boolean;

/** A pattern in EventBridge's language. Throws USAGE with its place; `name` is how the person gave it. */
function conditionOf(name: string, text: string): Condition {
  try {
    const pattern = compile(text);
    return (value) => matches(pattern, fieldsOf(value));
  } catch (error) {
    if (!(error instanceof InvalidPattern)) throw error;
    const place = error.place === undefined ? '' : ` at ${error.place}`;
    throw new AfterwriteError('USAGE', `${name} is no event pattern: ${error.message}${place}`, {
      mend: `correct it there; what a pattern may hold: ${GUIDE}`,
    });
  }
}

export const conditionInFile = (file: string): Condition => conditionOf(file, textOf(file));

/** JSON as it stands, or the file that is named after an @. */
export const conditionGiven = (name: string, given: string): Condition =>
  given.startsWith('@') ? conditionInFile(given.slice(1)) : conditionOf(name, given);

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AfterwriteError('USAGE', `${file} can't be read`, { mend: 'give a file that holds a pattern', cause });
  }
}
