import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { Command } from 'commander';
import { provisionFunctionRule } from '../../../shared/aws/provisionRest.ts';
import { demo } from '../../demo/demo.ts';
import { exportResults } from '../../demo/export.ts';
import { livesDemo } from '../../demo/livesDemo.ts';
import { FAILURES, FAILURES_PATTERN, type Subscribed, writeReviewFailures } from '../../demo/reviewFailures.ts';
import type { Summary } from '../../demo/summary.ts';
import { generatorOf } from '../../feed/generated/generators.ts';
import type { LocalFunction } from '../../local/eventbridge/senders/functions.ts';
import { type CommonOptions, wholeNumber, withCommonOptions } from '../options.ts';
import { note, progress, say, sayJson, table, thousands } from '../output.ts';
import { type Session, withSession } from '../session.ts';
import { livesText } from './livesText.ts';
import { provisionPlace } from './provision.ts';

interface DemoCommandOptions extends CommonOptions {
  readonly file?: string;
  readonly limit?: number;
  readonly export?: string;
  readonly lives: number;
  readonly seed: number;
}

const SHIPPED_LINES = 1500;
const LIVES = 100;
/** A demo is in no hurry for one change: larger batches make fewer writes. */
const GATHER_MS = 1_500;

export function demoCommand(): Command {
  return withCommonOptions(new Command('demo'))
    .description(
      'the whole pipeline in a temporary place, on real reviews or on lives that are made up: feed, follow, archive, verify, replay',
    )
    .option(
      '--file <file>',
      'a history of your own, NDJSON, plain or .gz (default: the 1,500 reviews that come with the project)',
    )
    .option('--limit <lines>', 'take only the first lines', wholeNumber)
    .option('--lives <number>', 'of other systems than the reviewer: so many lives', wholeNumber, LIVES)
    .option('--seed <number>', 'with --lives: the same number makes the same lives', wholeNumber, 1)
    .option('--export <folder>', 'leave stacks.ndjson, issues.ndjson and events.ndjson there')
    .action(async (options: DemoCommandOptions) => {
      const place = await mkdtemp(join(tmpdir(), 'afterwrite-'));
      try {
        const functions: Functions = new Map();
        await withSession(options, { inMemory: true, filesHome: place, functions }, (session) =>
          options.system.name === 'reviewer' ? runDemo(session, options, functions) : runLives(session, options),
        );
      } finally {
        await rm(place, { recursive: true, force: true });
      }
    });
}

async function runLives(session: Session, options: DemoCommandOptions): Promise<void> {
  const { place, pipelineOptions, signal } = session;
  const { json = false, lives, seed } = options;
  const generator = generatorOf(options.system);
  await provisionPlace(place);
  const bar = progress('writes', undefined, json);
  const summary = await livesDemo(place, {
    generator,
    lives,
    seed,
    pipeline: { ...pipelineOptions, liveWaitMs: GATHER_MS },
    signal,
    onStep: (line) => {
      bar.stop();
      if (!json) note(line);
    },
    onFed: ({ lines: done }) => bar.update(done),
  });
  bar.stop();
  for (const reason of summary.broken) note(`afterwrite: ${reason} -> the rest went on`);
  if (json) sayJson(summary);
  else say(livesText(summary));
  const { archive, verify, replay, parked, broken } = summary;
  if (verify.drift + replay.drift + archive.holes + parked + broken.length > 0 || signal.aborted) process.exitCode = 1;
}

type Functions = Map<string, LocalFunction>;

async function runDemo(session: Session, options: DemoCommandOptions, functions: Functions): Promise<void> {
  const { place, stack, pipelineOptions, signal } = session;
  const json = options.json === true;
  await provisionPlace(place);
  const subscribed = await startSubscriber(session, options, functions);
  const lines = options.limit ?? (options.file === undefined ? SHIPPED_LINES : undefined);
  const bar = progress('reviews fed', lines, json);
  const summary = await demo(place, {
    file: options.file ?? shippedFile(),
    limit: options.limit,
    pipeline: { ...pipelineOptions, liveWaitMs: GATHER_MS },
    subscribed,
    signal,
    onStep: (line) => {
      bar.stop();
      if (!json) note(line);
    },
    onFed: ({ lines: done }) => bar.update(done),
  });
  bar.stop();
  if (options.export !== undefined) await exportResults(place, options.export, stack.delivered(place.names.logGroup));
  for (const reason of summary.broken) note(`afterwrite: ${reason} -> correct the line; the rest went on`);
  if (json) sayJson(summary);
  else printSummary(summary);
  if (summary.verify.drift > 0 || summary.replay.drift > 0 || summary.broken.length > 0 || signal.aborted)
    process.exitCode = 1;
}

/** A rule of the embedded bus that hands what failed to a function of this process, as on AWS to a Lambda function. */
async function startSubscriber(
  { place, stack, home }: Session,
  options: DemoCommandOptions,
  functions: Functions,
): Promise<() => Subscribed | null> {
  if (stack.delivered(place.names.logGroup) === undefined) return () => null;
  const { handler, done } = await writeReviewFailures(resolve(options.export ?? home, `${FAILURES}.txt`));
  functions.set(FAILURES, handler);
  await provisionFunctionRule(place.clients.events, place.names.bus, FAILURES, FAILURES_PATTERN, place.region);
  return done;
}

/** Found from the package's own root, wherever this file was compiled to. */
function shippedFile(): string {
  const root = dirname(createRequire(import.meta.url).resolve('afterwrite/package.json'));
  return join(root, 'test', 'fixtures', 'terraform-reviews.ndjson.gz');
}

function printSummary(summary: Summary): void {
  const { totals, mostFrequentIssue, events, archive, verify, replay, subscriber, parked, seconds } = summary;
  say('\nWhat was written');
  say(
    `  ${thousands(totals.itemsWritten)} items: ${thousands(totals.reviews)} reviews of ${thousands(totals.stacks)} stacks, ${thousands(totals.findings)} findings of ${thousands(totals.issues)} issues`,
  );
  say('What afterwrite made of it');
  say(
    `  statistics  ${thousands(verify.aggregates)} aggregates; ${thousands(totals.findingsFixed)} findings fixed, ${thousands(totals.riskRemoved)} points of risk removed, ${totals.failedReviews} reviews failed`,
  );
  if (mostFrequentIssue)
    say(
      `              the most frequent issue is ${mostFrequentIssue.issueHash}, found ${thousands(mostFrequentIssue.occurrences)} times`,
    );
  say(
    `  archive     ${thousands(archive.objects)} objects, ${thousands(archive.bytes)} bytes; ${thousands(archive.itemsLeft)} items left the table in ${thousands(archive.bundles)} bundles`,
  );
  say('  events');
  say(
    table(
      ['', ''],
      Object.entries(events).map(([type, count]) => [`    ${type}`, thousands(count)]),
    )
      .trimStart()
      .replace(/^/, '    '),
  );
  if (subscriber)
    say(`  subscriber  ${thousands(subscriber.reviewFailures)} review failures to ${relative('', subscriber.file)}`);
  say('Whether it is right');
  say(`  recomputed from table and archive: ${verify.drift === 0 ? 'no drift' : `${verify.drift} AGGREGATES DIFFER`}`);
  say(
    `  replayed ${thousands(replay.changes)} changes into a shadow: ${replay.drift === 0 ? 'all equal' : `${replay.drift} AGGREGATES DIFFER`}; ${thousands(replay.events)} events to the replay bus`,
  );
  if (parked > 0) say(`  ${parked} changes are parked`);
  say(
    `\nDone in ${Math.round(seconds)} s. Next: 'npx afterwrite dev' in one terminal; in another 'npx afterwrite feed test/fixtures/terraform-reviews.ndjson.gz', then 'npx afterwrite stats stacks'.`,
  );
}
