/**
 * Makes the page of its sources: `node infra/console/bundle.js FOLDER`. What it uses is bundled, with its licences, so that
 * users install and build nothing, and the page asks nobody else for anything.
 */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const BUNDLED = ['preact', 'uplot'];

const source = join(dirname(fileURLToPath(import.meta.url)), 'page');
const [, , folder = join('dist', 'infra', 'console', 'page')] = process.argv;

mkdirSync(folder, { recursive: true });
await build({
  entryPoints: [join(source, 'main.tsx')],
  outdir: folder,
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  logLevel: 'warning',
});
for (const name of ['index.html', 'icon.svg']) cpSync(join(source, name), join(folder, name));
writeFileSync(join(folder, 'licenses.txt'), BUNDLED.map(licenceOf).join('\n'));

function licenceOf(name) {
  const file = createRequire(import.meta.url).resolve(`${name}/package.json`);
  const { version } = JSON.parse(readFileSync(file, 'utf8'));
  return `${name} ${version}\n\n${readFileSync(join(dirname(file), 'LICENSE'), 'utf8')}`;
}
