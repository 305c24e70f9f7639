import { Command } from 'commander';
import { AfterwriteError } from '../../../shared/model/errors.ts';
import type { Fed, FeedSurroundings } from '../../feed/fed.ts';
import { feed } from '../../feed/feed.ts';
import { feedGenerated } from '../../feed/generated/feedGenerated.ts';
import { generatorOf } from '../../feed/generated/generators.ts';
import type { Workplace } from '../../pipeline/workplace.ts';
import { type CommonOptions, wholeNumber, withCommonOptions } from '../options.ts';
import { note, progress, say, sayJson, thousands } from '../output.ts';
import { withSession } from '../session.ts';

interface FeedCommandOptions extends CommonOptions {
  readonly limit?: number;
  readonly rate?: number;
  readonly generate?: number;
  readonly seed: number;
}

const EXAMPLES = `
Examples:
  afterwrite feed test/fixtures/terraform-reviews.ndjson.gz --limit 120
  afterwrite feed --system incidents --generate 10 --seed 7`;

export function feedCommand(): Command {
  return withCommonOptions(new Command('feed'))
    .description(
      'write a history into the table: of reviews from a file, or of lives that are made up; feeding it again changes nothing',
    )
    .argument('[file]', 'NDJSON, plain or .gz: one review a line')
    .option('--limit <lines>', 'take only the first lines', wholeNumber)
    .option('--generate <lives>', 'make up so many lives, up to the present, instead of a file', wholeNumber)
    .option('--seed <number>', 'with --generate: the same number makes the same lives', wholeNumber, 1)
    .option('--rate <writes>', 'table writes a second (default: as fast as the table takes them)', wholeNumber)
    .addHelpText('after', EXAMPLES)
    .action((file: string | undefined, options: FeedCommandOptions) => {
      const feeding = chosen(file, options);
      return withSession(options, {}, async ({ place, pipelineOptions, signal }) => {
        await place.stream();
        const bar = progress(feeding.what, options.limit, options.json === true);
        const { clock, pause, random, log } = pipelineOptions;
        const onProgress = ({ lines }: Fed): void => bar.update(lines);
        const fed = await feeding.run(place, { rate: options.rate, clock, pause, random, log, signal, onProgress });
        bar.stop();
        report(fed, feeding.what, options.json === true, signal.aborted);
      });
    });
}

interface Feeding {
  /** What is counted, in the plural. */
  readonly what: string;
  run(place: Workplace, surroundings: FeedSurroundings): Promise<Fed>;
}

/** Before any endpoint is opened: a wrong word is told at once. */
function chosen(file: string | undefined, { system, generate: lives, seed, limit }: FeedCommandOptions): Feeding {
  if ((file === undefined) === (lives === undefined))
    throw new AfterwriteError(
      'USAGE',
      file === undefined ? 'nothing is given to feed' : 'a file and --generate are given',
      {
        mend: 'give a file, or --generate and how many lives',
      },
    );
  if (file === undefined) {
    const generator = generatorOf(system);
    return {
      what: `writes of ${thousands(lives ?? 0)} ${generator.of}`,
      run: (place, surroundings) => feedGenerated(place, generator, { ...surroundings, lives: lives ?? 0, seed }),
    };
  }
  return { what: 'lines', run: (place, surroundings) => feed(place, { ...surroundings, file, limit }) };
}

function report(fed: Fed, what: string, json: boolean, stopped: boolean): void {
  if (json) sayJson(fed);
  else
    say(
      `${thousands(fed.lines)} ${what}: ${thousands(fed.written)} items written, ${thousands(fed.present)} were there already.`,
    );
  for (const { reason } of fed.broken) note(`afterwrite: ${reason} -> correct it and feed again`);
  if (stopped) note('Stopped before the end: feed it again to go on.');
  if (fed.broken.length > 0 || stopped) process.exitCode = 1;
}
