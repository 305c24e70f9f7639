import { Command, Option } from 'commander';
import { decodeAttributes } from '../../../shared/model/attribute.ts';
import { keyText } from '../../../shared/model/keys.ts';
import { isoUtc } from '../../../shared/model/time.ts';
import type { Parked } from '../../../shared/state/parked.ts';
import { ofQueue } from '../../../shared/stream/workOff.ts';
import { changesOf, PARKING, type ParkedItem, type ParkingName, parkedItems } from '../../pipeline/parkedItems.ts';
import type { Workplace } from '../../pipeline/workplace.ts';
import { parkedRow } from '../../views/parkedRow.ts';
import { asCalled } from '../asCalled.ts';
import { type CommonOptions, withCommonOptions } from '../options.ts';
import { say, sayJson, table } from '../output.ts';
import { withSession } from '../session.ts';
import { checkTenant } from '../tenant.ts';
import { notParked } from './notParked.ts';
import { type WorkOptions, workOffParked } from './workOffParked.ts';

interface ParkedOptions extends CommonOptions {
  readonly processor?: ParkingName;
}

interface ListOptions extends ParkedOptions {
  readonly tenant?: string;
}

interface ShowOptions extends ParkedOptions {
  readonly content?: boolean;
}

export function parkedCommand(): Command {
  const parked = new Command('parked').description(
    'changes that could not be processed, and what of the same items waits behind them',
  );
  parked.addCommand(
    withParkedOptions(new Command('ls'))
      .description('every item with parked changes: how many, since when, why')
      .option('--tenant <tenant>', "only of this tenant ('' is for items that belong to none)")
      .action((options: ListOptions) => {
        checkTenant(options);
        return list(options);
      }),
  );
  parked.addCommand(
    withParkedOptions(new Command('show'))
      .description("an item's parked changes, in order")
      .argument('<key>', "as 'parked ls' prints it")
      .option('--content', 'the item before and after each change too: it may hold what is confidential')
      .action((key: string, options: ShowOptions) => show(key, options)),
  );
  parked.addCommand(
    withWorkOptions(new Command('redrive'))
      .description('process what is parked, in order, once the cause is mended')
      .action((key: string | undefined, options: WorkOptions) => workOffParked('redrive', key, options)),
  );
  parked.addCommand(
    withWorkOptions(new Command('drop'))
      .description('give up what is parked: no events; statistics count the item as it stands')
      .action((key: string | undefined, options: WorkOptions) => workOffParked('drop', key, options)),
  );
  return parked;
}

const withParkedOptions = (command: Command): Command =>
  withCommonOptions(command).addOption(new Option('--processor <name>', 'only of this one').choices(PARKING));

const withWorkOptions = (command: Command): Command =>
  withParkedOptions(command)
    .argument('[key]', "an item, as 'parked ls' prints it")
    .option('--all', 'every item')
    .option('--take-over', 'also from a redrive or drop that died at it');

function list(options: ListOptions): Promise<void> {
  return withSession(options, {}, async ({ place }) => {
    await place.stream();
    const rows: ReturnType<typeof parkedRow>[] = [];
    for await (const item of parkedItems(place, options)) rows.push(parkedRow(item));
    if (options.json) for (const row of rows) sayJson(row);
    else if (rows.length === 0) say('Nothing is parked.');
    else {
      say(
        table(
          ['processor', 'changes', 'since', 'code', 'key'],
          rows.map((row) => [row.processor, row.changes, row.since, row.code, row.key]),
        ),
      );
      say(
        asCalled(
          "\nWhy: 'afterwrite parked show <key>'. Once the declaration is mended and its readers run anew: 'afterwrite parked redrive <key>'. " +
            "Where the writer was wrong, and has written the item right since: 'afterwrite parked drop <key>'.",
        ),
      );
    }
  });
}

function show(key: string, options: ShowOptions): Promise<void> {
  return withSession(options, {}, async ({ place }) => {
    await place.stream();
    let found = false;
    for await (const item of parkedItems(place, { key, processor: options.processor })) {
      found = true;
      await showItem(place, item, options);
    }
    if (!found) throw notParked(key);
  });
}

async function showItem(place: Workplace, item: ParkedItem, options: ShowOptions): Promise<void> {
  if (!options.json)
    say(
      `${keyText(item.key)} (${item.processor}): ${item.changes} changes wait${item.gate.by === undefined ? '' : '; somebody works on them'}`,
    );
  for await (const parked of changesOf(place, item)) {
    // As it would be decided now: what has become secret since it was parked is not shown.
    const { record } = ofQueue(place.system, parked);
    const row = changeRow({ ...parked, record }, options.content === true);
    if (options.json) sayJson({ processor: item.processor, key: keyText(item.key), ...row });
    else {
      say(`  ${row.at}  ${row.sequence} in ${row.shard}  ${row.entity ?? '-'}`);
      say(`    ${row.code === null ? row.reason : `${row.code}: ${row.reason}`}`);
      if (options.content) say(`    before ${JSON.stringify(row.old)}\n    after  ${JSON.stringify(row.new)}`);
    }
  }
}

const changeRow = ({ position, at, entity, eventId, code, reason, record }: Parked, content: boolean) => ({
  sequence: position.sequence,
  shard: position.shard,
  eventId,
  at: isoUtc(at),
  entity: entity ?? null,
  code: code ?? null,
  reason: reason ?? 'waits behind the parked change before it',
  ...(content && {
    old: record.old ? decodeAttributes(record.old) : null,
    new: record.new ? decodeAttributes(record.new) : null,
  }),
});
