import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Command } from 'commander';
import { provisionFunctionRule } from '../../../shared/aws/provisionRest.ts';
import { demo } from '../../demo/demo.ts';
import { exportResults } from '../../demo/export.ts';
import { livesDemo } from '../../demo/livesDemo.ts';
import type { Outcome } from '../../demo/outcome.ts';
import { FAILURES, FAILURES_PATTERN, type Subscribed, writeReviewFailures } from '../../demo/reviewFailures.ts';
import type { StepOptions } from '../../demo/steps.ts';
import { generatorOf } from '../../feed/generated/generators.ts';
import type { LocalFunction } from '../../local/eventbridge/senders/functions.ts';
import { type CommonOptions, wholeNumber, withCommonOptions } from '../options.ts';
import { note, progress, say, sayJson } from '../output.ts';
import { type Session, withSession } from '../session.ts';
import { livesText, summaryText } from './demoText.ts';
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

type Functions = Map<string, LocalFunction>;

async function runLives(session: Session, options: DemoCommandOptions): Promise<void> {
  const { json = false, lives, seed } = options;
  const generator = generatorOf(options.system);
  await provisionPlace(session.place);
  const summary = await shown(session, json, { what: 'writes', total: undefined }, (steps) =>
    livesDemo(session.place, { ...steps, generator, lives, seed }),
  );
  for (const reason of summary.broken) note(`afterwrite: ${reason} -> the rest went on`);
  if (json) sayJson(summary);
  else say(livesText(options.system, summary));
  if (isWrong(summary) || summary.archive.holes + summary.parked > 0 || session.signal.aborted) process.exitCode = 1;
}

async function runDemo(session: Session, options: DemoCommandOptions, functions: Functions): Promise<void> {
  const { place, stack, signal } = session;
  const { json = false, file = shippedFile(), limit } = options;
  await provisionPlace(place);
  const subscribed = await startSubscriber(session, options, functions);
  const total = limit ?? (options.file === undefined ? SHIPPED_LINES : undefined);
  const summary = await shown(session, json, { what: 'reviews fed', total }, (steps) =>
    demo(place, { ...steps, file, limit, subscribed }),
  );
  if (options.export !== undefined) await exportResults(place, options.export, stack.delivered(place.names.logGroup));
  for (const reason of summary.broken) note(`afterwrite: ${reason} -> correct the line; the rest went on`);
  if (json) sayJson(summary);
  else say(summaryText(summary));
  if (isWrong(summary) || signal.aborted) process.exitCode = 1;
}

/** Runs a demo before people's eyes: its steps, and a bar for what is fed. */
async function shown<Result>(
  { pipelineOptions, signal }: Session,
  json: boolean,
  { what, total }: { readonly what: string; readonly total: number | undefined },
  run: (steps: StepOptions) => Promise<Result>,
): Promise<Result> {
  const bar = progress(what, total, json);
  const result = await run({
    pipeline: { ...pipelineOptions, liveWaitMs: GATHER_MS },
    signal,
    onStep: (line) => {
      bar.stop();
      if (!json) note(line);
    },
    onFed: ({ lines }) => bar.update(lines),
  });
  bar.stop();
  return result;
}

const isWrong = ({ verify, replay, broken }: Outcome): boolean => verify.drift + replay.drift + broken.length > 0;

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
