import { Command } from 'commander';
import { readItem } from '../../../../shared/archive/history.ts';
import type { JournalLine } from '../../../../shared/archive/journalLine.ts';
import type { Row } from '../../../../shared/archive/rows.ts';
import { attributesToJson } from '../../../../shared/model/attributeJson.ts';
import { AfterwriteError } from '../../../../shared/model/errors.ts';
import { type Key, keyText, partitionOf } from '../../../../shared/model/keys.ts';
import { readKey } from '../../keyGiven.ts';
import { type CommonOptions, withCommonOptions } from '../../options.ts';
import { note, say, table, thousands } from '../../output.ts';
import { type Session, withSession } from '../../session.ts';
import {
  CHANGE_HEADINGS,
  changeColumns,
  changedNames,
  EVENT_HEADINGS,
  eventColumns,
  openShelves,
  readTold,
} from './rows.ts';

interface GetOptions extends CommonOptions {
  readonly events?: boolean;
  readonly images?: boolean;
  readonly newestFirst?: boolean;
}

const EXAMPLES = `
Examples:
  afterwrite archive get REVIEW#74ab9e4e5777/VERSION#1
  afterwrite archive get '["REVIEW#74ab9e4e5777","VERSION#1"]' --events`;

export function getCommand(): Command {
  return withCommonOptions(new Command('get'))
    .description('the whole history of one item, of which only the parts are read that may hold it')
    .argument('<key>', 'PK/SK, as it is shown elsewhere, or JSON: ["PK","SK"]')
    .option('--events', 'its events instead of its changes')
    .option('--newest-first', 'the last one first')
    .option('--images', 'with the values that changed; without it, and without --json, no value is shown')
    .addHelpText('after', EXAMPLES)
    .action((text: string, options: GetOptions) => {
      // Before any endpoint is opened: a wrong key is told at once.
      const key = readKey(options.system, text);
      return withSession(options, {}, (session) => get(session, key, options));
    });
}

async function get({ place }: Session, key: Key, options: GetOptions): Promise<void> {
  const open = await openShelves(place, options.events ? 'events' : 'journal', place.system.tenant?.of(key) ?? '');
  const rows: Row[] = [];
  for (const shelf of open.shelves) rows.push(...(await readItem(shelf, partitionOf(key))));
  const told = await readTold(open);
  if (rows.length === 0)
    throw new AfterwriteError(
      'NOT_FOUND',
      `the archive has no ${options.events ? 'event' : 'change'} of ${keyText(key)} (${told})`,
      {
        mend: "check the key, --system and --stage; 'afterwrite archive find' lists keys",
      },
    );
  if (options.newestFirst) rows.reverse();
  if (options.json) {
    for (const { line } of rows) say(line);
    return;
  }
  if (options.images && !options.events) for (const row of rows) sayImages(row);
  else if (options.events) say(table(EVENT_HEADINGS, rows.map(eventColumns)));
  else say(table(CHANGE_HEADINGS, rows.map(changeColumns)));
  note(`${thousands(rows.length)} ${options.events ? 'events' : 'changes'} of ${keyText(key)}; ${told}.`);
}

/** Values DynamoDB-typed, as the journal has them. */
function sayImages(row: Row): void {
  const line = row.value as JournalLine;
  const [time, cause, shard, sequence] = changeColumns(row);
  say(`${time}  ${cause}  ${shard}  ${sequence}`);
  const shown = (image: JournalLine['old'], name: string): string =>
    image?.[name] === undefined ? '(none)' : attributesToJson(image[name]);
  for (const name of changedNames(line)) say(`  ${name}: ${shown(line.old, name)} -> ${shown(line.new, name)}`);
}
