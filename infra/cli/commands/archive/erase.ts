import { Command } from 'commander';
import { erase, isNothing } from '../../../../processors/archive/erase/erase.ts';
import type { Subject } from '../../../../processors/archive/erase/subject.ts';
import { type Survey, survey } from '../../../../processors/archive/erase/survey.ts';
import { AfterwriteError } from '../../../../shared/model/errors.ts';
import { DAY_MS } from '../../../../shared/model/retention.ts';
import { isoUtc } from '../../../../shared/model/time.ts';
import { stageTime } from '../../../../shared/state/fedClock.ts';
import type { Workplace } from '../../../pipeline/workplace.ts';
import { confirm } from '../../confirm.ts';
import { type CommonOptions, withCommonOptions } from '../../options.ts';
import { note, progress, say, sayJson, thousands } from '../../output.ts';
import { type Session, withSession } from '../../session.ts';
import { checkTenant, TENANT_HELP } from '../../tenant.ts';
import { type SubjectGiven, subjectGiven, withSubject } from './subject.ts';

interface EraseCommandOptions extends CommonOptions, Omit<SubjectGiven, 'system'> {
  readonly reason?: string;
  readonly tenant?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

const EXAMPLES = `
Examples:
  afterwrite archive erase --where createdBy=u-1 --where actor=u-1 --dry-run
  afterwrite archive erase --partition REVIEW#0518f56e2554 --reason 'ticket 4711' --yes

Delete them from the table first, and let 'afterwrite run' archive that: a deletion is a change too, and holds the item.`;

export function eraseCommand(): Command {
  return withSubject(withCommonOptions(new Command('erase')))
    .description("take one person's changes, events, bundled items and claims out of the archive, for good")
    .option('--reason <text>', 'kept with the erasure for ever: a ticket, never a name')
    .option('--tenant <tenant>', TENANT_HELP)
    .option('--dry-run', 'only say how much, and what stands against it')
    .option('--yes', 'do not ask')
    .addHelpText('after', EXAMPLES)
    .action((options: EraseCommandOptions) => {
      // Before any endpoint is opened: a wrong word is told at once.
      checkTenant(options);
      const subject = subjectGiven(options);
      if (!subject)
        throw new AfterwriteError('USAGE', 'whom it is about is not said', {
          mend: "give '--key', '--partition' or '--where'",
        });
      return withSession(options, {}, (session) => run(session, subject, options));
    });
}

async function run(
  { place, signal, pipelineOptions }: Session,
  subject: Subject,
  { dryRun = false, yes = false, reason, tenant, json = false }: EraseCommandOptions,
): Promise<void> {
  // Locks and the stream go by the real time, manifests by the stage's.
  const real = pipelineOptions.clock.now();
  const { now } = await stageTime(place.state, pipelineOptions.clock);
  const bar = progress('objects read', undefined, json);
  let objects = 0;
  const context = { ...place, tenant };
  const found = await survey(context, subject, { now: real, onObject: () => bar.update(++objects) });
  bar.stop();
  const row = rowOf(found, await inTable(place, subject), real);
  if (dryRun || isNothing(found)) {
    if (json) sayJson({ dryRun, erasure: null, ...row });
    else tell(row, dryRun ? 'would erase' : 'nothing to erase:');
    return;
  }
  if (!yes) {
    tell(row, 'about to erase');
    await confirm('erase');
  }
  const erasure = await erase(context, found, { now, signal, ...(reason !== undefined && { reason }) });
  if (json) sayJson({ dryRun, erasure: erasure ?? null, ...row });
  else if (erasure === undefined) note('Stopped before the end: run it again to go on.');
  else tell(row, `erased (${erasure})`);
  if (erasure === undefined) process.exitCode = 1;
}

interface EraseRow {
  readonly changes: number;
  readonly events: number;
  /** Objects that are rewritten, or go. */
  readonly objects: number;
  readonly bundles: number;
  readonly items: number;
  readonly claims: number;
  readonly cold: readonly string[];
  readonly locked: readonly { readonly key: string; readonly mode: string; readonly until: string }[];
  readonly spilled: readonly string[];
  readonly departed: number;
  /** The stream may bring its changes again until then, ISO 8601; null: no more. */
  readonly againAfter: string | null;
  /** Of the given keys and partitions. */
  readonly inTable: number;
}

function rowOf({ search, ...found }: Survey, inTable: number, now: number): EraseRow {
  const again = (search.latest ?? Number.NEGATIVE_INFINITY) + DAY_MS;
  return {
    changes: search.changes.size,
    events: search.events.size,
    objects: found.objects.length,
    bundles: found.bundles.length,
    items: found.bundles.reduce((sum, { items }) => sum + items, 0),
    claims: found.claims.length,
    cold: search.cold,
    locked: found.locked.map(({ key, lock }) => ({ key, mode: lock.mode, until: isoUtc(lock.until) })),
    spilled: found.spilled,
    departed: search.departed,
    againAfter: again > now ? isoUtc(again) : null,
    inTable,
  };
}

async function inTable({ table }: Workplace, { keys, partitions }: Subject): Promise<number> {
  const there = new Set((await table.read([...keys])).keys());
  let count = there.size;
  for (const pk of partitions) for await (const _ of table.partition(pk)) count++;
  return count;
}

function tell(row: EraseRow, what: string): void {
  say(
    `${what} ${thousands(row.changes)} changes and ${thousands(row.events)} events in ${thousands(row.objects)} objects, ${thousands(row.items)} items in ${thousands(row.bundles)} bundles, ${thousands(row.claims)} claims`,
  );
  const { cold, locked, spilled, departed, againAfter } = row;
  if (cold.length > 0)
    say(
      `${thousands(cold.length)} objects lie in cold storage and may hold more: 'afterwrite archive restore' asks for them; first ${cold[0]}`,
    );
  if (locked[0])
    say(
      `${thousands(locked.length)} objects are locked, first ${locked[0].key} until ${locked[0].until} (${locked[0].mode})`,
    );
  if (spilled.length > 0) say(`changes wait for the bus: 'afterwrite run' publishes them; first ${spilled[0]}`);
  if (row.inTable > 0)
    note(`${thousands(row.inTable)} of the items are in the table still: what is written of them is archived again.`);
  if (departed > 0)
    note(
      `${thousands(departed)} of the changes are of items that left the table and that statistics count still: 'afterwrite verify' will name their groups, 'afterwrite rebuild' counts without them.`,
    );
  if (againAfter !== null)
    note(`The stream may bring changes of the last 24 hours again: run it once more after ${againAfter}.`);
}
