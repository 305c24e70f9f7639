import { Command } from 'commander';
import { Pipeline } from '../../pipeline/pipeline.ts';
import { asCalled } from '../asCalled.ts';
import { METRICS_HELP, metricsOf } from '../metrics.ts';
import { type CommonOptions, withCommonOptions } from '../options.ts';
import { note, say, sayJson } from '../output.ts';
import { withSession } from '../session.ts';

interface RunOptions extends CommonOptions {
  readonly metrics?: string;
  readonly untilIdle?: boolean;
}

export function runCommand(): Command {
  return withCommonOptions(new Command('run'))
    .description('read the stream: statistics, events, archive; and take out of the table what is due')
    .option('--until-idle', 'stop when everything is read and nothing is due')
    .option('--metrics <file>', METRICS_HELP)
    .action((options: RunOptions) =>
      withSession(options, {}, async ({ place, pipelineOptions, signal }) => {
        await place.check();
        const pipeline = new Pipeline(place, { ...pipelineOptions, ...metricsOf(place, options.metrics) });
        const started = Date.now();
        if (!options.json)
          note(`Reading ${place.names.table}; ${options.untilIdle ? 'stops when idle' : 'stop with Ctrl-C'}.`);
        await (options.untilIdle ? pipeline.runUntilIdle(signal) : pipeline.run(signal));
        const seconds = Math.round((Date.now() - started) / 100) / 10;
        if (options.json) sayJson({ idle: !signal.aborted, seconds });
        else
          say(
            signal.aborted
              ? 'Stopped; it goes on from its checkpoints.'
              : asCalled(`Idle after ${seconds} s. See 'afterwrite status'.`),
          );
      }),
    );
}
