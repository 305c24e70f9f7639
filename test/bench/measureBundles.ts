import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { bundle, bundleOf, handlerFiles } from '../../infra/aws/bundles/bundle.ts';
import { declarationFile } from '../../infra/aws/bundles/bundling.ts';
import { FUNCTIONS } from '../../infra/aws/constructs/resourceNames.ts';
import type { StreamRecord } from '../../shared/stream/record.ts';
import { reviewer } from '../../shared/systems/reviewer.ts';
import { FunctionProcess } from '../support/invoker/functionProcess.ts';
import { toMappingEvent } from '../support/invoker/toMappingEvent.ts';
import { type BenchStage, CREDENTIALS, REGION, withStage } from './benchStage.ts';
import type { Figure } from './figure.ts';
import { measureFeed } from './measureFeed.ts';
import { inBatches } from './timing.ts';

const BESIDE = 'besideHandler';
const WHAT = 'Powertools batch + idempotency, the same clients';
const BYTES_A_KB = 1_000;
/** As Lambda hands them over by the mapping's default. */
const BATCH = 1_000;
const IMPORTS = 7;
const MS_LEFT = 120_000;

/** What each function weighs and how long its import takes, beside a plain handler that was bundled alike; and batches through the bundle. */
export async function measureBundles(file: string, lines: number): Promise<Figure[]> {
  const folder = mkdtempSync(resolve('node_modules/.cache/afterwrite-bundles-'));
  try {
    const beside = fileURLToPath(new URL(`./${BESIDE}.js`, import.meta.url));
    await bundle({ ...handlerFiles(), [BESIDE]: beside }, declarationFile(reviewer.name) as string, folder);
    const weights = FUNCTIONS.map((name) => weight(folder, name));
    const imports: Figure[] = [];
    for (const name of FUNCTIONS) imports.push(await importing(folder, name));
    return [...weights, ...imports, await withStage('bundles', (stage) => batches(stage, folder, file, lines))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const gzipped = (folder: string, name: string): number =>
  gzipSync(readFileSync(bundleOf(folder, name))).length / BYTES_A_KB;

const weight = (folder: string, name: string): Figure => ({
  name: `bundle of ${name}`,
  unit: 'kB gzipped',
  rate: gzipped(folder, name),
  beside: { what: WHAT, rate: gzipped(folder, BESIDE) },
  asked: '≤ 1',
});

/** Fresh processes, taking turns; the median of each, for the fastest is luck where all are short. */
async function importing(folder: string, name: string): Promise<Figure> {
  const times: Record<string, number[]> = { [name]: [], [BESIDE]: [] };
  for (let pass = 0; pass < IMPORTS; pass++)
    for (const side of pass % 2 === 0 ? [name, BESIDE] : [BESIDE, name]) {
      const one = new FunctionProcess(bundleOf(folder, side), environmentOf({}));
      await one.start();
      times[side]?.push(one.took.importMs);
      await one.end();
    }
  const [own, beside] = [name, BESIDE].map((side) => median(times[side] ?? []));
  return {
    name: `import of ${name}`,
    unit: 'ms',
    rate: own ?? Number.NaN,
    beside: { what: WHAT, rate: beside ?? Number.NaN },
    asked: '≤ 1',
  };
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** The batches of the file through the bundle of reader 'live', one after the other, in one process; the first one warms it. */
async function batches(stage: BenchStage, folder: string, file: string, lines: number): Promise<Figure> {
  await measureFeed(stage, file, lines);
  const environment = environmentOf({
    AFTERWRITE_SYSTEM: stage.place.system.name,
    AFTERWRITE_STAGE: stage.place.names.stage,
    AWS_ENDPOINT_URL_DYNAMODB: stage.stack.endpoints.dynamodb,
    AWS_ENDPOINT_URL_S3: stage.stack.endpoints.s3,
    AWS_ENDPOINT_URL_EVENTBRIDGE: stage.stack.endpoints.events,
  });
  const live = new FunctionProcess(bundleOf(folder, 'live'), environment);
  const took: number[] = [];
  for (const batch of inBatches(await recordsOf(stage), BATCH)) {
    const place = {
      stream: stage.source.stream,
      shard: stage.shard,
      window: { start: 0, end: 900_000 },
      isFinal: false,
    };
    const answer = await live.invoke(toMappingEvent(place, batch), { remainingMs: MS_LEFT });
    if (JSON.stringify(answer) !== '{"state":{},"batchItemFailures":[]}')
      throw new Error(`a batch failed: ${JSON.stringify(answer)}`);
    if (batch.length === BATCH) took.push(live.took.invocationMs);
  }
  await live.end();
  return {
    name: 'a batch of 1,000 through the bundle of live',
    unit: 'ms',
    rate: median(took.length > 1 ? took.slice(1) : took),
  };
}

/** What the feed wrote: all that is in the stream by now. */
async function recordsOf({ source, shard }: BenchStage): Promise<StreamRecord[]> {
  const records: StreamRecord[] = [];
  for (let iterator: string | undefined = await source.open(shard, undefined); iterator !== undefined; ) {
    const page = await source.read(iterator);
    if (page.records.length === 0) break;
    records.push(...page.records);
    iterator = page.next;
  }
  return records;
}

/** As Lambda and the constructs set it. */
const environmentOf = (more: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  AWS_REGION: REGION,
  AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  NODE_OPTIONS: '--enable-source-maps',
  ...more,
});
