import { Command, InvalidArgumentError } from 'commander';
import { loadAssets } from '../../console/assets.ts';
import { type Console, openConsole } from '../../console/console.ts';
import { type CommonOptions, withCommonOptions } from '../options.ts';
import { note, say, sayJson } from '../output.ts';
import { type Session, withSession } from '../session.ts';

interface ConsoleCommandOptions extends CommonOptions {
  readonly port?: number;
}

const HIGHEST_PORT = 65_535;

export function consoleCommand(): Command {
  return withCommonOptions(new Command('console'))
    .description('a page on loopback that shows what a running pipeline does, and stay')
    .option('--port <port>', 'where it is served (default: a free one)', portNumber)
    .addHelpText(
      'after',
      "\n'afterwrite dev' serves the same page. The printed address holds a token behind its #: who has it may replay and redrive.",
    )
    .action((options: ConsoleCommandOptions) =>
      withSession(options, {}, async (session) => {
        await session.place.stream();
        const { url, ended } = await openPage(session, options.port);
        if (options.json) sayJson({ url });
        else {
          say(`console   ${url}`);
          note('Open it in a browser; what stands behind the # lets it change things. Stop with Ctrl-C.');
        }
        await ended;
      }),
    );
}

/** Serves the page beside whatever else the command does. Throws PORT_TAKEN, NOT_FOUND. */
export function openPage({ place, pipelineOptions, signal }: Session, port = 0): Promise<Console> {
  const assets = loadAssets(new URL('../../console/page/', import.meta.url));
  return openConsole(place, pipelineOptions, { assets, port }, signal);
}

export function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > HIGHEST_PORT)
    throw new InvalidArgumentError(`give a whole number from 1 to ${HIGHEST_PORT}`);
  return port;
}
