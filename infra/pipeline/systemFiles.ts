import { AfterwriteError, isAfterwriteError } from '../../shared/model/errors.ts';
import { exportedSystem } from '../../shared/model/exportedSystem.ts';
import type { System } from '../../shared/model/system.ts';
import { SYSTEMS } from '../../shared/systems/systems.ts';
import { importFile } from './importFile.ts';
import { DEEP, loadFailure } from './loadFailure.ts';

/** By name, or by the file that was given for it. */
const known = new Map<string, System>(Object.entries(SYSTEMS));

const FILE = /\.[cm]?[jt]s$/;

export const systemGiven = (nameOrFile: string): System | undefined => known.get(nameOrFile);

/** Loads what `--system` names by a file: options are read at once, and modules are not. Throws USAGE, DECLARATION_WRONG. */
export async function loadSystemFiles(args: readonly string[]): Promise<void> {
  for (const [i, arg] of args.entries()) {
    const file = arg === '--system' ? args[i + 1] : /^--system=(.*)$/.exec(arg)?.[1];
    if (file !== undefined && FILE.test(file)) known.set(file, await systemIn(file));
  }
}

/** By its name, or by the file that exports it. Throws USAGE, DECLARATION_WRONG. */
export async function systemNamed(nameOrFile: string): Promise<System> {
  if (FILE.test(nameOrFile)) return systemIn(nameOrFile);
  const system = SYSTEMS[nameOrFile];
  if (system) return system;
  throw new AfterwriteError('USAGE', `no system '${nameOrFile}' is declared`, {
    mend: `name one of: ${Object.keys(SYSTEMS).join(', ')}, or a file that exports one`,
  });
}

export const systemIn = async (file: string): Promise<System> => exportedSystem(await loaded(file), file);

async function loaded(file: string): Promise<object> {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = DEEP;
  try {
    return await importFile(file);
  } catch (error) {
    throw isAfterwriteError(error) ? error : loadFailure(file, error);
  } finally {
    Error.stackTraceLimit = limit;
  }
}
