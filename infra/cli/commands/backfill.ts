import { Command, Option } from 'commander';
import { type Backfilled, backfill, wouldBackfill } from '../../../processors/backfill/backfill.ts';
import { derivesAny } from '../../../processors/backfill/plan.ts';
import { type CommonOptions, wholeNumber, withCommonOptions } from '../options.ts';
import { note, progress, say, sayJson, thousands } from '../output.ts';
import { type Session, withSession } from '../session.ts';

interface GivenOptions extends CommonOptions {
  readonly dryRun?: boolean;
  readonly rate?: number;
  readonly restart?: boolean;
}

export function backfillCommand(): Command {
  return withCommonOptions(new Command('backfill'))
    .description(
      'add to items what they lack of what their entity declares: keys of indexes, and defaults; and note deadlines, and times to leave, that were declared later; while writes go on, without events',
    )
    .option('--dry-run', 'only say what would be added')
    .option('--rate <writes>', 'table writes a second (default: as fast as the table takes them)', wholeNumber)
    .addOption(
      new Option('--restart', 'begin at the beginning, not where an earlier one was stopped').conflicts('dryRun'),
    )
    .addHelpText(
      'after',
      `
What is there is never written over. Stopped or killed, the same command goes on where it was.
Exit code 1 where it was stopped, where something could not be added, or where a writer goes on without it.

Examples:
  afterwrite backfill --dry-run
  afterwrite backfill --rate 200`,
    )
    .action((options: GivenOptions) =>
      withSession(options, {}, async (session) => {
        const { name, entities, retention } = options.system;
        if (!entities.some((one) => derivesAny(one) || one.deadlines.length > 0) && retention.length === 0)
          note(
            `No entity of ${name} declares 'indexes', 'deadlines' or a default in its schema, and nothing leaves: none can lack any.`,
          );
        const done = await run(session, options);
        tell(done, options);
        if (!done.isOver || done.left.length > 0 || done.late > 0) process.exitCode = 1;
      }),
    );
}

async function run({ place, signal, pipelineOptions }: Session, options: GivenOptions): Promise<Backfilled> {
  const { clock, pause, random, log } = pipelineOptions;
  const shown = progress('items looked at', undefined, options.json === true);
  const given = { signal, onProgress: (items: number) => shown.update(items) };
  try {
    if (options.dryRun) return await wouldBackfill(place, given);
    const context = { ...place, clock };
    return await backfill(context, { ...given, pause, random, log, rate: options.rate, isAnew: options.restart });
  } finally {
    shown.stop();
  }
}

function tell(done: Backfilled, { json, dryRun }: GivenOptions): void {
  const { items, backfilled, noted, added, left, late, isOver } = done;
  if (json) {
    sayJson({ items, backfilled, noted, dryRun: dryRun === true, over: isOver, late, added, left });
    return;
  }
  for (const { entity, attribute, items: count } of added) say(`  ${attribute} of ${entity}: ${itemsOf(count)}`);
  const outcome = dryRun ? 'would be given what they lack' : 'were given what they lacked';
  say(
    `${itemsOf(items)} looked at, ${backfilled === 0 ? `none lacked anything` : `${thousands(backfilled)} ${outcome}`}.`,
  );
  if (noted > 0)
    say(
      `${thousands(noted)} ${noted === 1 ? 'deadline or time' : 'deadlines or times'} to leave ${dryRun ? 'would be' : noted === 1 ? 'was' : 'were'} noted, of items older than what is declared: the sweeper goes by them.`,
    );
  for (const one of left) say(`✗ ${leftText(one)}`);
  if (late > 0)
    say(
      `✗ ${itemsOf(late)} came without it to the very end, and have it now: correct their writer, then run the same command again.`,
    );
  if (!isOver) note(dryRun ? 'Stopped.' : 'Stopped: the same command goes on where it was.');
}

const itemsOf = (count: number): string => `${thousands(count)} ${count === 1 ? 'item' : 'items'}`;

/** What it means, and what to do. */
const WHY: Readonly<Record<Backfilled['left'][number]['reason'], string>> = {
  malformed: 'not as the schema says: correct them, or the schema',
  differs: "another key is there than the declaration gives: correct them, or the entity's 'indexes'",
  unfit: "what the declaration gives can't be a key, or is read as something else: correct the entity's 'indexes'",
  throws: "the entity's 'indexes' throws on them: mend the function",
  large: 'there is no room in the item: keep large fields in S3',
  refused: "the table does not take it: 'afterwrite doctor' tells where its indexes differ from the declaration",
};

function leftText({ reason, entity, attributes, items, first }: Backfilled['left'][number]): string {
  const what = attributes.length > 0 ? `${attributes.join(', ')} of ${entity}` : entity;
  return `${itemsOf(items)} left as they are, ${what}: ${first.join(', ')}${items > first.length ? ' …' : ''}\n    ${WHY[reason]}  (${reason})`;
}
