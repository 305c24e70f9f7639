import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { bundle, bundleOf, handlerFiles } from './bundle.ts';
import { declarationFile } from './bundling.ts';

// npm runs its scripts in the package's folder.
const FOLDER = resolve('node_modules/.cache/afterwrite-functions');

/** A system of this package by its name, or a file that exports one. */
const [system = 'reviewer'] = process.argv.slice(2);

const entries = handlerFiles();
await bundle(entries, declarationFile(system) ?? resolve(system), FOLDER);
for (const name of Object.keys(entries)) {
  const file = bundleOf(FOLDER, name);
  const bytes = readFileSync(file);
  const [kb, gzipped] = [bytes, gzipSync(bytes)].map(({ byteLength }) => `${Math.round(byteLength / 1_000)} kB`);
  process.stdout.write(`${name}: ${kb}, ${gzipped} gzipped: ${file}\n`);
}
