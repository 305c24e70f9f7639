import { Command } from 'commander';
import { type Fed, feed } from '../../feed/feed.ts';
import { type CommonOptions, wholeNumber, withCommonOptions } from '../options.ts';
import { note, progress, say, sayJson, thousands } from '../output.ts';
import { withSession } from '../session.ts';

interface FeedCommandOptions extends CommonOptions {
  readonly limit?: number;
  readonly rate?: number;
}

export function feedCommand(): Command {
  return withCommonOptions(new Command('feed'))
    .description('write a history of reviews into the table; feeding it again changes nothing')
    .argument('<file>', 'NDJSON, plain or .gz: one review a line')
    .option('--limit <lines>', 'take only the first lines', wholeNumber)
    .option('--rate <writes>', 'table writes a second (default: as fast as the table takes them)', wholeNumber)
    .action((file: string, options: FeedCommandOptions) =>
      withSession(options, {}, async ({ place, pipelineOptions, signal }) => {
        await place.stream();
        const bar = progress('lines fed', options.limit, options.json === true);
        const { clock, pause, random, log } = pipelineOptions;
        const fed = await feed(place, {
          file,
          limit: options.limit,
          rate: options.rate,
          clock,
          pause,
          random,
          log,
          signal,
          onProgress: ({ lines }) => bar.update(lines),
        });
        bar.stop();
        report(fed, options.json === true, signal.aborted);
      }),
    );
}

function report(fed: Fed, json: boolean, stopped: boolean): void {
  if (json) sayJson(fed);
  else
    say(
      `${thousands(fed.lines)} lines: ${thousands(fed.written)} items written, ${thousands(fed.present)} were there already.`,
    );
  for (const { reason } of fed.broken) note(`afterwrite: ${reason} -> correct the line and feed the file again`);
  if (stopped) note('Stopped before the end: feed the file again to go on.');
  if (fed.broken.length > 0 || stopped) process.exitCode = 1;
}
