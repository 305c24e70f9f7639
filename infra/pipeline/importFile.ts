import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What a user's module exports. Throws what the module, or its loading, throws. */
export const importFile = async (file: string): Promise<Record<string, unknown>> =>
  import(pathToFileURL(resolve(file)).href);
