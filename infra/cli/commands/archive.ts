import { Command, Option } from 'commander';
import { DATASETS, type Dataset, datasetPrefix } from '../../../shared/archive/layout.ts';
import { readLines } from '../../../shared/archive/lines.ts';
import { type CommonOptions, withCommonOptions } from '../options.ts';
import { note, say, sayJson, thousands } from '../output.ts';
import { withSession } from '../session.ts';
import { restoreCommand } from './archive/restore.ts';
import { STATES_HELP, stateColumn, withState } from './archive/states.ts';

interface ListOptions extends CommonOptions {
  readonly dataset?: Dataset;
  readonly states?: boolean;
}

export function archiveCommand(): Command {
  const archive = new Command('archive').description('look into the archive');
  archive.addCommand(
    withCommonOptions(new Command('ls'))
      .description('objects with their size and storage class')
      .addOption(new Option('--dataset <dataset>', 'only one of them').choices(DATASETS))
      .option('--states', STATES_HELP)
      .action((options: ListOptions) => list(options)),
  );
  archive.addCommand(restoreCommand());
  archive.addCommand(
    withCommonOptions(new Command('cat'))
      .description('the lines of one object')
      .argument('<key>', "as 'archive ls' prints it")
      .action((key: string, options: CommonOptions) =>
        withSession(options, {}, async ({ place }) => {
          for (const line of await readLines(place.archive, key)) say(line);
        }),
      ),
  );
  return archive;
}

function list(options: ListOptions): Promise<void> {
  return withSession(options, {}, async ({ place }) => {
    let objects = 0;
    let bytes = 0;
    for (const dataset of options.dataset ? [options.dataset] : DATASETS) {
      for await (const object of place.archive.list(datasetPrefix(place.system, place.names, dataset))) {
        objects++;
        bytes += object.bytes;
        const shown = options.states ? await withState(place.archive, object) : object;
        if (options.json) sayJson(shown);
        else
          say(
            `${String(object.bytes).padStart(9)}  ${object.storageClass.padEnd(12)}  ${stateColumn(shown)}${object.key}`,
          );
      }
    }
    if (!options.json) note(`${thousands(objects)} objects, ${thousands(bytes)} bytes`);
  });
}
