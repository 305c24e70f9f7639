import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { bundle, bundleOf, handlerFiles } from './bundle.ts';

// npm runs its scripts in the package's folder.
const FOLDER = resolve('node_modules/.cache/afterwrite-functions');

const entries = handlerFiles();
await bundle(entries, FOLDER);
for (const name of Object.keys(entries)) {
  const file = bundleOf(FOLDER, name);
  const bytes = readFileSync(file);
  const [kb, gzipped] = [bytes, gzipSync(bytes)].map(({ byteLength }) => `${Math.round(byteLength / 1_000)} kB`);
  process.stdout.write(`${name}: ${kb}, ${gzipped} gzipped: ${file}\n`);
}
