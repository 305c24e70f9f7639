import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { FUNCTIONS } from '../constructs/resourceNames.ts';
import { BUNDLE_FILE, BUNDLING, DECLARATION, handlerFile } from './bundling.ts';

export const handlerFiles = (): Record<string, string> =>
  Object.fromEntries(FUNCTIONS.map((name) => [name, handlerFile(name)]));

/**
 * Bundles each entry into a folder of its own, with a source map beside it, by the options that CDK is given.
 * @param entries files by the name of the function
 * @param declaration the file that exports the system
 * @returns what is in the bundles, by esbuild's account
 */
export async function bundle(
  entries: Readonly<Record<string, string>>,
  declaration: string,
  folder: string,
): Promise<Metafile> {
  const { target, mainFields, minify, sourceMap, sourcesContent, externalModules, banner } = BUNDLING;
  const { metafile } = await build({
    entryPoints: Object.entries(entries).map(([name, file]) => ({ in: file, out: join(name, 'index') })),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target,
    mainFields,
    minify,
    sourcemap: sourceMap,
    sourcesContent,
    external: externalModules,
    alias: { [DECLARATION]: declaration },
    banner: { js: banner },
    metafile: true,
    logLevel: 'error',
  });
  return metafile;
}

export const bundleOf = (folder: string, name: string): string => join(folder, name, BUNDLE_FILE);
