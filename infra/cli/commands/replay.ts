import { Command, InvalidArgumentError, Option } from 'commander';
import { AfterwriteError } from '../../../shared/model/errors.ts';
import type { Replay, Selection } from '../../../shared/state/replays.ts';
import { type CommonOptions, moment, wholeNumber, withCommonOptions } from '../options.ts';
import { TARGETS, type To, target, withSecret } from '../replayTargets.ts';
import { type Session, withSession } from '../session.ts';
import { EVENTS_TENANT_HELP } from '../tenant.ts';
import { dryRun } from './replayDryRun.ts';
import { dryRunShadow, printShadow, printToStdout } from './replayLooks.ts';
import { resume, start } from './replayRun.ts';
import { cancelCommand, listCommand, showCommand } from './replays.ts';
import { dryRunTable } from './replayTableDryRun.ts';

interface ReplayOptions extends CommonOptions {
  readonly to: To;
  readonly secretFrom?: string;
  readonly secretHeader?: string;
  readonly from?: string;
  readonly until?: string;
  readonly entity?: string;
  readonly type?: string[];
  readonly key?: string;
  readonly tenant?: string;
  readonly rederive?: boolean;
  readonly rate?: number;
  readonly tier: 'Expedited' | 'Standard' | 'Bulk';
  readonly days: number;
  readonly dryRun?: boolean;
  readonly resume?: string;
  readonly deployed?: boolean;
}

const EXAMPLES = `
Examples:
  afterwrite replay --to bus --from 2017-07-01 --until 2017-08-01 --type ReviewFailed --dry-run
  afterwrite replay --to bus --from 2017-07-01 --until 2017-08-01 --type ReviewFailed --rate 200
  afterwrite replay --to file:failures.ndjson.gz --type ReviewFailed
  afterwrite replay --to table --entity version --dry-run
  afterwrite replay --to shadow
  afterwrite replay ls

A replay that was stopped or killed goes on with 'afterwrite replay --resume <id>': it repeats at most its last portion.
Exit code 1: it was stopped or cancelled, or failed.`;

export function replayCommand(): Command {
  return withReading(withSelection(withCommonOptions(new Command('replay'))))
    .description('let history run again, from the archive')
    .addOption(new Option('--to <target>', TARGETS).argParser(target).default({ kind: 'stdout' }, 'stdout'))
    .option('--secret-from <variable>', "environment variable with an endpoint's token or key")
    .option('--secret-header <name>', 'header for that key; without it, it is a bearer token', headerName)
    .option('--rate <events>', 'events a second', wholeNumber)
    .option('--dry-run', 'tell counts, dollars, hours and the rules that would fire; send nothing')
    .option('--resume <id>', 'go on with a replay that was stopped or killed; all else is as it was asked then')
    .option('--deployed', 'hand it over: the deployed worker runs it, and goes on by itself')
    .addHelpText('after', EXAMPLES)
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(cancelCommand())
    .action((options: ReplayOptions) => {
      const to = withSecret(options.to, {
        ...(options.secretHeader !== undefined && { header: options.secretHeader }),
        ...(options.secretFrom !== undefined && { secretFrom: options.secretFrom }),
      });
      return withSession(options, {}, (session) => run(session, options, to));
    });
}

const withSelection = (command: Command): Command =>
  command
    .option('--from <time>', "events of this time or later, by the event's own time", moment)
    .option('--until <time>', 'events before this time', moment)
    .option('--entity <name>', 'only events of this entity or statistic')
    .option('--type <type...>', 'only events of these types')
    .option('--key <key>', "only of this item, as an event's `subject` says it")
    .option('--tenant <tenant>', EVENTS_TENANT_HELP);

const withReading = (command: Command): Command =>
  command
    .option('--rederive', "derive events from the journal by today's declarations, in place of the archived ones")
    .addOption(
      new Option('--tier <tier>', 'how fast cold objects are restored')
        .choices(['Expedited', 'Standard', 'Bulk'])
        .default('Standard'),
    )
    .option('--days <days>', 'how long restored copies stay', wholeNumber, 7);

async function run(session: Session, options: ReplayOptions, to: To): Promise<void> {
  const json = options.json === true;
  const deployed = options.deployed === true;
  if (options.resume !== undefined) return resume(session, options.resume, json, deployed);
  if (deployed) requireRecord(to);
  if (to.kind === 'shadow') return (options.dryRun ? dryRunShadow : printShadow)(session, restoreOf(options), json);
  const source = { selection: selectionOf(options), rederive: options.rederive === true };
  checkNames(session, source.selection, to);
  const asked = { ...source, restore: restoreOf(options), ...rateOf(options) };
  if (to.kind === 'table') checkForItems(session, source);
  if (to.kind === 'table' && options.dryRun) return dryRunTable(session, asked, json);
  if (options.dryRun && to.kind !== 'table') return dryRun(session, asked, to.kind === 'stdout' ? undefined : to, json);
  if (to.kind === 'stdout') return printToStdout(session, source);
  return start(session, { ...asked, target: to }, json, deployed);
}

function requireRecord({ kind }: To): void {
  if (kind !== 'stdout' && kind !== 'shadow') return;
  throw new AfterwriteError('USAGE', `--to ${kind} is for who looks at it: it can't be handed over`, {
    mend: 'leave out --deployed, or give --to bus',
  });
}

const restoreOf = ({ tier, days }: ReplayOptions): Replay['restore'] => ({ tier, days });

/** Items have no event's type, and come from journal and bundles alone. */
function checkForItems(
  { place: { system } }: Session,
  { selection, rederive }: Pick<Replay, 'selection' | 'rederive'>,
): void {
  const ofItems = selection.tenant === undefined || system.tenant !== undefined;
  if (selection.types === undefined && ofItems && !rederive) return;
  const tenant = ofItems ? '' : ', --tenant';
  throw new AfterwriteError('USAGE', `--type${tenant} and --rederive are for events: --to table puts items back`, {
    mend: 'select items by --from, --until (when they left), --entity and --key',
  });
}

const rateOf = ({ rate }: ReplayOptions): { rate?: number } => (rate === undefined ? {} : { rate });

const selectionOf = ({ from, until, entity, type, key, tenant }: ReplayOptions): Selection => ({
  ...(from !== undefined && { from }),
  ...(until !== undefined && { to: until }),
  ...(entity !== undefined && { entity }),
  ...(type !== undefined && { types: type }),
  ...(key !== undefined && { key }),
  ...(tenant !== undefined && { tenant }),
});

/** A name that nothing has selects nothing, and looks like success. Types may be of events that are declared no more. */
function checkNames({ place: { system } }: Session, { entity }: Selection, to: To): void {
  const isOfItems = to.kind === 'table';
  const sources = isOfItems ? system.entities : system.events.map((rule) => rule.of);
  const known = [...new Set(sources.map(({ name }) => name))];
  if (entity === undefined || known.includes(entity)) return;
  throw new AfterwriteError(
    'USAGE',
    isOfItems ? `there is no entity '${entity}'` : `no events are declared of '${entity}'`,
    {
      mend: `name one of: ${known.join(', ')}`,
    },
  );
}

function headerName(text: string): string {
  if (!/^[A-Za-z0-9-]{1,64}$/.test(text)) throw new InvalidArgumentError('give a header such as x-api-key');
  return text.toLowerCase();
}
