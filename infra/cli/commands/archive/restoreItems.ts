import { Command } from 'commander';
import { type PutBack, restoreCollection, restoreItem } from '../../../../processors/archive/restoreItems.ts';
import { AfterwriteError } from '../../../../shared/model/errors.ts';
import { type Key, keyText } from '../../../../shared/model/keys.ts';
import { secretNames } from '../../../../shared/model/secrets.ts';
import type { System } from '../../../../shared/model/system.ts';
import { readKey } from '../../keyGiven.ts';
import { type CommonOptions, withCommonOptions } from '../../options.ts';
import { note, say, sayJson, thousands } from '../../output.ts';
import { type Session, withSession } from '../../session.ts';

interface RestoreItemsOptions extends CommonOptions {
  readonly collection?: string;
}

const EXAMPLES = `
Examples:
  afterwrite archive restore-items REVIEW#74ab9e4e5777/VERSION#1
  afterwrite archive restore-items REVIEW#74ab9e4e5777/STATS --collection review`;

export function restoreItemsCommand(): Command {
  return withCommonOptions(new Command('restore-items'))
    .description('put an item, or all of a collection, back into the table from its bundle, where it is absent')
    .argument('<key>', 'PK/SK or ["PK","SK"]: the item; with --collection the source that knew that it was due')
    .option('--collection <name>', 'all that left with this collection of the source')
    .addHelpText('after', EXAMPLES)
    .action((text: string, options: RestoreItemsOptions) => {
      // Before any endpoint is opened: a wrong word is told at once.
      const key = readKey(options.system, text);
      checkCollection(options);
      return withSession(options, {}, (session) => restore(session, key, options));
    });
}

function checkCollection({ system, collection }: RestoreItemsOptions): void {
  const names = system.retention.map(({ name }) => name);
  if (collection !== undefined && !names.includes(collection))
    throw new AfterwriteError('USAGE', `${system.name} has no collection '${collection}'`, {
      mend: `give one of ${names.join(', ')}`,
    });
}

async function restore({ place }: Session, key: Key, { collection, json }: RestoreItemsOptions): Promise<void> {
  await place.stream();
  const items =
    collection === undefined ? await restoreItem(place, key) : await restoreCollection(place, collection, key);
  for (const { key: item, outcome, ...rest } of items)
    if (json) sayJson({ key: item, ...rest, outcome });
    else if (outcome === 'retracted')
      note(
        `${keyText(item)}: stays away: it was put back before, and was deleted or written on since; 'afterwrite archive get' tells`,
      );
    else if (outcome === 'refused') note(`${keyText(item)}: the table can't hold it (an index key of another type)`);
    else say(`${keyText(item)}  ${outcome === 'written' ? 'put back' : 'was there, and stays as it is'}`);
  if (!json) summarise(place.system, items);
  const outcomes = items.map(({ outcome }) => outcome);
  if (outcomes.includes('refused') || outcomes.every((outcome) => outcome === 'retracted')) process.exitCode = 1;
}

function summarise(system: System, items: readonly PutBack[]): void {
  const written = items.filter(({ outcome }) => outcome === 'written');
  say(
    `${thousands(written.length)} of ${thousands(items.length)} items put back. Statistics count them still; no event comes of it.`,
  );
  for (const { bucket, key, copy } of items.flatMap(({ objects = [] }) => objects))
    note(`s3://${bucket}/${key} is not put back: its copy is ${copy} in the archive's bucket.`);
  const secrets = new Set(written.flatMap(({ key }) => secretNames(system.sourceOf(key)?.secrets)));
  if (secrets.size > 0)
    note(`No bundle has secrets, or what is kept out of the archive: they lack ${[...secrets].join(', ')}.`);
}
