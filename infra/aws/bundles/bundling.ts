import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SYSTEMS } from '../../../shared/systems/systems.ts';

/** Of the functions: the newest LTS that Lambda runs. https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html */
export const NODE_MAJOR = 24;

/**
 * How esbuild makes a function of a handler, in the words of CDK: what is deployed is what was tested. The SDK is in the bundle; names are
 * not kept, for errors and records carry theirs as text. Of the SDK's ways to credentials those are left out that a
 * function never takes: its own are in the environment, which is asked first.
 * https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 */
export const BUNDLING = {
  target: `node${NODE_MAJOR}`,
  mainFields: ['module', 'main'],
  minify: true,
  sourceMap: true,
  sourcesContent: false,
  externalModules: ['sso', 'ini', 'process', 'web-identity', 'login'].map(
    (way) => `@aws-sdk/credential-provider-${way}`,
  ),
  // Of packages in CommonJS that ask for Node's own.
  banner: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
};

/** What a bundle is called: as CDK names it. */
export const BUNDLE_FILE = 'index.mjs';

/** What handlers import their system from: a file that exports it stands in its place. https://esbuild.github.io/api/#alias */
export const DECLARATION = 'afterwrite/declaration';

export const handlerFile = (name: string): string => moduleFile(`../handlers/${name}`);

/** Of a system of this package; undefined where it has none of that name. */
export const declarationFile = (system: string): string | undefined =>
  SYSTEMS[system] && moduleFile(`../../../shared/systems/${system}`);

/** Compiled, as in the package; as it was written, where that is run. */
function moduleFile(path: string): string {
  const ending = (end: string): string => fileURLToPath(new URL(`${path}.${end}`, import.meta.url));
  return existsSync(ending('js')) ? ending('js') : ending('ts');
}
