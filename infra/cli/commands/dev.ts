import { Command } from 'commander';
import { Pipeline } from '../../pipeline/pipeline.ts';
import { FUNCTION_HELP, loadFunctions } from '../functions.ts';
import { METRICS_HELP, metricsOf } from '../metrics.ts';
import { type CommonOptions, wholeNumber, withCommonOptions } from '../options.ts';
import { note, say } from '../output.ts';
import { withSession } from '../session.ts';
import { openPage, portNumber } from './console.ts';
import { nextCommands } from './next.ts';
import { provisionPlace } from './provision.ts';

interface DevOptions extends CommonOptions {
  readonly metrics?: string;
  readonly port?: number;
  readonly console: boolean;
  readonly consolePort?: number;
  readonly function?: string[];
}

export function devCommand(): Command {
  return withCommonOptions(new Command('dev'))
    .description('the embedded stack and the pipeline together, and stay; other terminals find it by its folder')
    .option('--port <port>', 'first of three ports: DynamoDB, S3, EventBridge (default: free ones)', wholeNumber)
    .option('--console-port <port>', 'where the page is served that shows it all (default: a free one)', portNumber)
    .option('--no-console', 'serve no page')
    .option('--metrics <file>', METRICS_HELP)
    .option('--function <name=file...>', FUNCTION_HELP)
    .action(async (options: DevOptions) => {
      const functions = await loadFunctions(options.function ?? []);
      await withSession(options, { port: options.port, functions }, async (session) => {
        const { place, home, stack, pipelineOptions, signal } = session;
        await provisionPlace(place);
        for (const [service, url] of Object.entries(stack.endpoints)) say(`${service.padEnd(9)} ${url}`);
        const page = options.console ? await openPage(session, options.consolePort) : undefined;
        if (page) say(`console   ${page.url}`);
        note(
          `The pipeline of '${place.system.name}' runs, its data is in ${home}. In another terminal: ${nextCommands(place.system)}. Stop with Ctrl-C.`,
        );
        await new Pipeline(place, { ...pipelineOptions, ...metricsOf(place, options.metrics) }).run(signal);
        await page?.ended;
      });
    });
}
