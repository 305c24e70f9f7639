import { Command } from 'commander';
import { readLines } from '../../../shared/archive/lines.ts';
import { type CommonOptions, withCommonOptions } from '../options.ts';
import { say } from '../output.ts';
import { withSession } from '../session.ts';
import { auditCommand } from './archive/audit.ts';
import { compactCommand } from './archive/compact.ts';
import { eraseCommand } from './archive/erase.ts';
import { erasuresCommand } from './archive/erasures.ts';
import { exportCommand } from './archive/export.ts';
import { findCommand } from './archive/find.ts';
import { getCommand } from './archive/get.ts';
import { lsCommand } from './archive/ls.ts';
import { restoreCommand } from './archive/restore.ts';
import { restoreItemsCommand } from './archive/restoreItems.ts';

export function archiveCommand(): Command {
  const archive = new Command('archive').description('look into the archive');
  archive.addCommand(lsCommand());
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
  archive.addCommand(getCommand());
  archive.addCommand(findCommand());
  archive.addCommand(compactCommand());
  archive.addCommand(auditCommand());
  archive.addCommand(restoreCommand());
  archive.addCommand(restoreItemsCommand());
  archive.addCommand(exportCommand());
  archive.addCommand(eraseCommand());
  archive.addCommand(erasuresCommand());
  return archive;
}
