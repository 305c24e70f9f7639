import { isAfterwriteError, wrong } from './errors.ts';
import { type SecretsWithin, secretsAt } from './secrets.ts';
import type { Source } from './source.ts';

/** The example of a source that refuses to be asked for a field that is not there, or that is secret. */
export function watched(of: Source<unknown>, path: string): unknown {
  const example = of.secrets ? guarded(of.example, of.secrets, '', { of, path }) : of.example;
  return new Proxy(example as object, {
    get: (target, name) => {
      if (typeof name === 'string' && !(name in target) && !of.fields.includes(name) && name !== 'toJSON')
        throw wrong(path, `'${name}' is no field of '${of.name}'`, `use one of: ${of.fields.join(', ')}`);
      return Reflect.get(target, name);
    },
  });
}

function guarded(
  value: unknown,
  secrets: SecretsWithin,
  at: string,
  asked: { of: Source<unknown>; path: string },
): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return new Proxy(value, {
    get: (target, name) => {
      const within = typeof name === 'string' ? secretsAt(secrets, name) : undefined;
      const field = `${at}${String(name)}`;
      const isThere = typeof name === 'string' && (Object.hasOwn(target, name) || secrets.fields.has(name));
      if (within === 'redacted' && (isThere || (at === '' && asked.of.fields.includes(field))))
        throw wrong(
          asked.path,
          `'${field}' of '${asked.of.name}' is kept out of the archive`,
          'leave it out: events are archived, and statistics are recomputed from the archive; or keep it',
        );
      if (within === 'secret')
        throw wrong(
          asked.path,
          `'${field}' of '${asked.of.name}' is secret`,
          'leave it out: no event and no statistic may hold it; let the writer keep a field of its own for what may be known',
        );
      const member: unknown = Reflect.get(target, name);
      return typeof within === 'object' ? guarded(member, within, `${field}.`, asked) : member;
    },
  });
}

/** Runs a function of a declaration on an example. */
export function attempt<Result>(path: string, run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    if (isAfterwriteError(error, 'DECLARATION_WRONG')) throw error;
    throw wrong(path, `fails on the example: ${(error as Error).message}`, 'mend the function or the example', error);
  }
}
