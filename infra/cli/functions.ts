import { AfterwriteError } from '../../shared/model/errors.ts';
import type { LocalFunction } from '../local/eventbridge/senders/functions.ts';
import { importFile } from '../pipeline/importFile.ts';

export const FUNCTION_HELP =
  'NAME=FILE or NAME=FILE#EXPORT: a module\'s function (default: "handler") that stands for the Lambda function of that name where a rule of the embedded EventBridge targets it, or a replay goes to it';

const EXPORT = 'handler';

/** Loads the modules. Throws USAGE where one can't be loaded or has no such function. */
export async function loadFunctions(given: readonly string[]): Promise<ReadonlyMap<string, LocalFunction>> {
  const loaded = new Map<string, LocalFunction>();
  for (const text of given) {
    const [, name, file, exported = EXPORT] = /^([A-Za-z0-9_-]{1,64})=([^#]+)(?:#(.+))?$/.exec(text) ?? [];
    if (name === undefined || file === undefined)
      throw new AfterwriteError('USAGE', `--function ${text} is not usable`, { mend: 'give NAME=FILE#EXPORT' });
    const found = (await moduleIn(file))[exported];
    if (typeof found !== 'function')
      throw new AfterwriteError('USAGE', `${file} exports no function '${exported}'`, {
        mend: 'give the name of one that it exports after a #',
      });
    loaded.set(name, found as LocalFunction);
  }
  return loaded;
}

async function moduleIn(file: string): Promise<Record<string, unknown>> {
  try {
    return await importFile(file);
  } catch (cause) {
    throw new AfterwriteError('USAGE', `${file} can't be loaded: ${(cause as Error).message}`, {
      mend: 'give a JavaScript module that loads on its own',
      cause,
    });
  }
}
