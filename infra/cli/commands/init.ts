import { existsSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { tableFacts } from '../../../shared/aws/surroundings.ts';
import { KEYS_ARE_TEXT } from '../../../shared/aws/tableMends.ts';
import { dynamoTableStore } from '../../../shared/aws/tableStore.ts';
import type { Attributes } from '../../../shared/model/attribute.ts';
import { AfterwriteError } from '../../../shared/model/errors.ts';
import { reservedIn } from '../../../shared/model/reserved.ts';
import type { TableFacts } from '../../../shared/ports/surroundings.ts';
import { Examination } from '../../doctor/examination.ts';
import { declarationText } from '../../init/declaration.ts';
import { apart, draftsOf } from '../../init/drafts.ts';
import { kindsOf } from '../../init/observation.ts';
import { systemIn } from '../../pipeline/systemFiles.ts';
import { type CommonOptions, wholeNumber, withCommonOptions } from '../options.ts';
import { note, say, thousands } from '../output.ts';
import { type Session, withSession } from '../session.ts';

interface InitOptions extends CommonOptions {
  readonly items: number;
  readonly out?: string;
}

/** Enough to see what is common. */
const ITEMS = 2_000;

export function initCommand(): Command {
  return withCommonOptions(new Command('init'))
    .description('look at a table, and write a first declaration of it that loads and runs')
    .argument('<table>', "the table's name")
    .option('--items <n>', 'look at so many items, never at the whole table', wholeNumber, ITEMS)
    .option('--out <file>', 'where to write it (default: <table>.mjs; it must not be there)')
    .action((table: string, options: InitOptions) =>
      withSession(options, {}, async (session) => {
        const file = options.out ?? `${table}.mjs`;
        if (existsSync(file))
          throw new AfterwriteError('USAGE', `${file} is there already`, {
            mend: 'give another --out, or move it away',
          });
        const { facts, items } = await look(session, table, options.items);
        const { taken, left } = apart(draftsOf(observed(items, facts), facts.ttl));
        const system = table.toLowerCase().replaceAll(/[^a-z0-9-]+/g, '-');
        const given = { system, table, facts, drafts: taken, left, items: items.length };
        writeFileSync(file, declarationText(given).replaceAll('FILE', file));
        await report(file, items);
      }),
    );
}

async function look(
  { place }: Session,
  name: string,
  most: number,
): Promise<{ facts: TableFacts; items: Attributes[] }> {
  const { clients } = place;
  const facts = await tableFacts(clients.dynamodb, name);
  if (!facts)
    throw new AfterwriteError('TABLE_MISSING', `the table '${name}' does not exist`, {
      mend: 'check the name, the region and AWS_ENDPOINT_URL',
    });
  const [other] = facts.keysNotText ?? [];
  if (other !== undefined)
    throw new AfterwriteError('TABLE_NOT_OURS', `the key '${other}' of '${name}' is no text`, { mend: KEYS_ARE_TEXT });
  const { partitionKey = '', sortKey } = facts;
  const declared = { name: () => name, partitionKey, ...(sortKey !== undefined && { sortKey }) };
  const items: Attributes[] = [];
  for await (const item of dynamoTableStore(clients.dynamodb, name, declared).scan()) {
    if (items.length === most) break;
    // What afterwrite itself keeps is not declared.
    if (reservedIn(item)?.statistic === undefined) items.push(item);
  }
  if (items.length === 0)
    throw new AfterwriteError('USAGE', `the table '${name}' is empty`, {
      mend: "write some items first, or declare a system by hand: see 'A system of your own' in the README",
    });
  return { facts, items };
}

const observed = (items: readonly Attributes[], { partitionKey = '', sortKey }: TableFacts) =>
  kindsOf(items, sortKey === undefined ? [partitionKey] : [partitionKey, sortKey]);

/** What was written is loaded, and held against the very items. */
async function report(file: string, items: readonly Attributes[]): Promise<void> {
  const system = await systemIn(file);
  const examination = new Examination(system);
  for (const item of items) examination.look(item);
  const unfit = examination.findings().filter(({ code }) => code === 'ITEM_MALFORMED' || code === 'ITEM_UNMATCHED');
  say(
    `${file}: ${system.entities.length} entities, ${system.statistics.length} statistics, ${system.events.length} events.`,
  );
  for (const { key, name } of system.entities) say(`  ${name.padEnd(20)} ${key.text}`);
  if (system.statistics.length === 0)
    note(
      'no statistics: keys that begin with a value leave no room beside them. Give them a table of their own: README, Several tables',
    );
  for (const { what } of unfit) note(`not fit: ${what}`);
  say(`It loads, and ${unfit.length === 0 ? 'all' : 'not all'} of ${thousands(items.length)} items fit.`);
  note(`Look through it, then: npx afterwrite doctor --system ./${file.replace(/^\.\//, '')}`);
}
