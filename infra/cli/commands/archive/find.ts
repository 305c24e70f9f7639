import { Command } from 'commander';
import type { Envelope } from '../../../../events/envelope.ts';
import { type Extent, readHistory } from '../../../../shared/archive/history.ts';
import type { JournalLine } from '../../../../shared/archive/journalLine.ts';
import { type Row, UNKNOWN_KIND } from '../../../../shared/archive/rows.ts';
import type { HourlyDataset, Shelf } from '../../../../shared/archive/shelf.ts';
import type { System } from '../../../../shared/model/system.ts';
import { type CommonOptions, moment, wholeNumber, withCommonOptions } from '../../options.ts';
import { note, say, thousands } from '../../output.ts';
import { type Session, withSession } from '../../session.ts';
import { EVENTS_TENANT_HELP } from '../../tenant.ts';
import { openShelves, readTold, timeOf } from './rows.ts';
import { type Search, searchFor, type Wish } from './search.ts';

interface FindOptions extends CommonOptions, Wish {
  readonly system: System;
  readonly events?: boolean;
  readonly limit?: number;
}

const EXAMPLES = `
Examples:
  afterwrite archive find --entity version --from 2026-01-31T09:00:00Z --limit 20
  afterwrite archive find --type ReviewFailed --where '{"data":{"version":[{"numeric":[">",1]}]}}' --json`;

export function findCommand(): Command {
  return withCommonOptions(new Command('find'))
    .description('changes in the journal, or events; what can hold none of them is not read')
    .option('--entity <name>', `only of this entity or statistic ('${UNKNOWN_KIND}': items that no entity knows)`)
    .option('--from <time>', "of this time or later: a change's in the stream, an event's own", moment)
    .option('--until <time>', 'before this time', moment)
    .option('--events', 'events instead of changes; --type and --where ask for them too')
    .option('--type <type...>', 'only events of these types')
    .option('--tenant <tenant>', EVENTS_TENANT_HELP)
    .option('--where <pattern>', 'only events whose metadata and data match this EventBridge pattern; JSON or @FILE')
    .option('--limit <n>', 'no more than so many', wholeNumber)
    .addHelpText('after', EXAMPLES)
    .action((options: FindOptions) => {
      const { type, events, tenant, where } = options;
      const ofEvents = tenant !== undefined && !options.system.tenant;
      const dataset = events || type || ofEvents || where !== undefined ? 'events' : 'journal';
      // Before any endpoint is opened: a wrong word is told at once.
      const search = searchFor(dataset, options);
      return withSession(options, {}, (session) => find(session, dataset, search, options));
    });
}

async function find(
  { place, signal }: Session,
  dataset: HourlyDataset,
  { extent, wanted }: Search,
  options: FindOptions,
): Promise<void> {
  const open = await openShelves(place, dataset, options.tenant);
  let found = 0;
  for await (const rows of readAll(open.shelves, extent)) {
    for (const row of rows) {
      if (found === options.limit || !wanted(row)) continue;
      found++;
      say(options.json ? row.line : lineOf(row));
    }
    if (signal.aborted || found === options.limit) break;
  }
  if (!options.json) note(`${thousands(found)} found; ${await readTold(open)}.`);
  const undeclared = options.type?.find((type) => !place.system.events.some((rule) => rule.type === type));
  if (found === 0 && undeclared !== undefined)
    note(`${place.system.name} declares no event '${undeclared}': 'afterwrite events ls' lists them.`);
  if (signal.aborted) process.exitCode = 1;
}

/** Tenant by tenant, where there are any. */
async function* readAll(shelves: readonly Shelf[], extent: Extent): AsyncIterable<readonly Row[]> {
  for (const shelf of shelves) yield* readHistory(shelf, extent);
}

/** Never a value. */
function lineOf({ item, kind, value }: Row): string {
  const { metadata } = value as Partial<Envelope>;
  if (metadata) return `${metadata.time}  ${kind.padEnd(22)}  ${metadata.subject}  ${metadata.id}`;
  const line = value as JournalLine;
  return `${timeOf(line)}  ${kind.padEnd(12)}  ${line.cause.padEnd(12)}  ${item}`;
}
