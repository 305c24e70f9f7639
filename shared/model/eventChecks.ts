import type { z } from 'zod';
import { isAfterwriteError, wrong } from './errors.ts';
import type { EventRule, ItemChange } from './event.ts';
import { jsonSchemaOf, untellable } from './jsonSchema.ts';
import { dayOf, isoUtc } from './time.ts';
import { attempt, watched } from './watched.ts';

/** Of an event's type; the detail-type of an EventBridge entry may have 128 characters. */
const TYPE = /^[A-Za-z][A-Za-z0-9]{0,127}$/;
const PACKAGE_VERSION = /^\d+\.\d+\.\d+$/;

/** Versions of one type tell one happening, so that it has one id in all of them. */
export function checkVersions(events: readonly EventRule[]): void {
  for (const [i, rule] of events.entries())
    for (const other of events.slice(0, i)) {
      if (other.type !== rule.type) continue;
      const path = `events.${rule.type}`;
      if (other.version === rule.version)
        throw wrong(path, `version ${rule.version} is declared twice`, 'give the newer one the next version');
      if (other.when !== rule.when)
        throw wrong(
          path,
          `versions ${other.version} and ${rule.version} have conditions of their own`,
          "keep the condition in a constant, and give it to both as 'when': one happening has one id in all versions",
        );
    }
}

export function checkEvent(rule: EventRule, path: string): void {
  if (!TYPE.test(rule.type)) throw wrong(path, 'that is no type', 'take letters and digits, 128 at most');
  if (!Number.isSafeInteger(rule.version) || rule.version < 1)
    throw wrong(`${path}.version`, `${rule.version} is none`, 'give a whole number from 1');
  if (!PACKAGE_VERSION.test(rule.since))
    throw wrong(`${path}.since`, `'${rule.since}' is no version`, "give the package's version, such as 0.1.0");
  if (rule.until !== undefined && !isDay(rule.until))
    throw wrong(`${path}.until`, `'${rule.until}' is no day`, 'give the last day, such as 2027-06-30');
  checkSchema(rule, path);
  checkFunctions(rule, path);
}

function checkSchema({ schema, example }: EventRule, path: string): void {
  try {
    jsonSchemaOf(schema);
  } catch (error) {
    throw wrong(
      `${path}.schema`,
      (error as Error).message,
      'subscribers are given it as JSON Schema: declare the data as it is in JSON',
      error,
    );
  }
  const hidden = untellable(schema);
  if (hidden) throw wrong(`${path}.schema`, hidden, 'subscribers hold events to what it says, today and later');
  const tried: z.ZodSafeParseResult<unknown> = schema.safeParse(example);
  if (!tried.success)
    throw wrong(
      `${path}.example`,
      `${tried.error.issues.map((issue) => issue.path.join('.') || 'it').join(', ')} do not fit the schema`,
      'give an example that the schema accepts',
    );
}

/**
 * Runs the condition on the source's example, and the data on what would be a hit: a field that is not there, or is
 * secret, is told now. Data may well throw on a hit that can't be; such an error says nothing.
 */
function checkFunctions(rule: EventRule, path: string): void {
  const item = watched(rule.of, path);
  const inserted: ItemChange<unknown> = { cause: 'write', at: 0, old: undefined, new: item, archived: undefined };
  const hits = attempt(path, () => rule.hits(inserted));
  for (const hit of hits) attempt(`${path}.data`, () => rule.data(inserted, hit));
  if (rule.probe === undefined || rule.of.derived) return;
  try {
    rule.data({ ...inserted, cause: rule.probe.cause, old: item }, rule.probe.hit);
  } catch (error) {
    if (isAfterwriteError(error, 'DECLARATION_WRONG')) throw error;
  }
}

/** A day of the calendar, yyyy-mm-dd. */
function isDay(text: string): boolean {
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && dayOf(isoUtc(ms)) === text;
}
