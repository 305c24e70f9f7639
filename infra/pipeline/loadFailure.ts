import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AfterwriteError } from '../../shared/model/errors.ts';

/* What went wrong while a user's file was loaded, as one line: where in the file, what, and what to do. */

/** A call may be deep in libraries before it throws; the user's own line stands below. */
export const DEEP = 100;

const CORRECT = 'correct the file';

const MENDS: readonly { readonly of: RegExp; readonly mend: string }[] = [
  { of: /is not defined$/, mend: 'declare or import it, or correct the name' },
  {
    of: /does not provide an export named/,
    mend: "import it from the file that has it: the README's 'A system of your own' lists them",
  },
  {
    of: /expected a Zod schema$/,
    mend: "give a schema there, such as 'z.string()' or 'secret()', with its parentheses",
  },
];

/** @param file as it was given */
export function loadFailure(file: string, error: unknown): AfterwriteError {
  const { code, message = String(error), name = 'Error' } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION')
    return usage(`this Node does not read ${file}`, 'compile it, take Node 22.18 or later, or write it as .mjs', error);
  if (code === 'ERR_MODULE_NOT_FOUND') return usage(message, 'check the path, and what the file imports', error);
  const where = `${file}${lineIn(file, error)}`;
  const mend = MENDS.find(({ of }) => of.test(message))?.mend ?? CORRECT;
  if (error instanceof SyntaxError)
    return usage(
      `${where}: ${message}`,
      mend === CORRECT ? `${CORRECT}: 'node --check ${file}' shows where` : mend,
      error,
    );
  return new AfterwriteError('DECLARATION_WRONG', `${where}: ${name}: ${message}`, { mend, cause: error });
}

const usage = (message: string, mend: string, cause: unknown): AfterwriteError =>
  new AfterwriteError('USAGE', message, { mend, cause });

/** `:31` of the first line of the stack that is in this file; empty where none is. */
function lineIn(file: string, error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const path = resolve(file);
  for (const name of [pathToFileURL(path).href, path]) {
    const at = stack.indexOf(`${name}:`);
    const line = at < 0 ? undefined : /^\d+/.exec(stack.slice(at + name.length + 1))?.[0];
    if (line !== undefined) return `:${line}`;
  }
  return '';
}
