import { Command } from 'commander';
import { toOutgoing } from '../../../events/claim.ts';
import { sourceName } from '../../../events/envelope.ts';
import { archivedEvents } from '../../../processors/replay/events.ts';
import { stageTime } from '../../../shared/state/fedClock.ts';
import type { Json } from '../../local/eventbridge/pattern/pattern.ts';
import { arriving, type MatchReport, matchEvents } from '../../views/matchedEvents.ts';
import { type CommonOptions, wholeNumber, withCommonOptions } from '../options.ts';
import { say, sayJson, table, thousands } from '../output.ts';
import { type Condition, conditionInFile } from '../patterns.ts';
import { type Session, withSession } from '../session.ts';
import { type Since, since, startOf } from '../since.ts';

interface MatchOptions extends CommonOptions {
  readonly pattern: string;
  readonly since?: Since;
  readonly account: string;
  readonly lines: number;
}

const LINES = 5;
const LOCAL_ACCOUNT = '000000000000';
const EXAMPLE = `
Example:
  echo '{"detail-type": ["ReviewFailed"], "detail": {"data": {"version": [{"numeric": [">", 1]}]}}}' > pattern.json
  afterwrite events match --pattern pattern.json --since 365d`;

export function matchCommand(): Command {
  return withCommonOptions(new Command('match'))
    .description('which past events a pattern would have caught as a rule on the bus, from the archive')
    .requiredOption('--pattern <file>', "a file with an EventBridge event pattern, on the whole event as a rule's")
    .option('--since <time>', "only events since then: 30m, 1h, 7d back by the stage's clock, or a time", since)
    .option('--account <id>', "the bus's account, for patterns that ask for it", LOCAL_ACCOUNT)
    .option('--lines <n>', 'how many of those that match to show', wholeNumber, LINES)
    .addHelpText('after', EXAMPLE)
    .action(async (options: MatchOptions) => {
      // Before any endpoint is opened: a wrong pattern is told at once.
      const condition = conditionInFile(options.pattern);
      await withSession(options, {}, (session) => match(session, options, condition));
    });
}

async function match({ place, pipelineOptions }: Session, options: MatchOptions, condition: Condition): Promise<void> {
  const { now } = await stageTime(place.state, pipelineOptions.clock);
  const from = options.since && startOf(options.since, now);
  const selection = from === undefined ? {} : { from };
  const envelopes = archivedEvents(place.system, place.names, place.archive, selection);
  const bus = { region: place.region, account: options.account };
  const { system, claims } = place;
  // A rule does not see data that was claimed.
  const report = await matchEvents(
    envelopes,
    (envelope) =>
      condition(arriving(system.name, toOutgoing(system.name, envelope, claims).envelope, bus) as unknown as Json),
    options.lines,
  );
  if (options.json) sayJson({ since: from ?? null, ...report });
  else print(report, from, sourceName(place.system.name));
}

function print({ looked, matched, byType, first }: MatchReport, from: string | undefined, source: string): void {
  const span = from === undefined ? '' : ` since ${from}`;
  say(`${thousands(matched)} of ${thousands(looked)} events${span} match.`);
  if (looked === 0) return;
  say();
  say(
    table(
      ['TYPE', 'MATCHED', 'OF'],
      byType.map((row) => [row.type, thousands(row.matched), thousands(row.looked)]),
    ),
  );
  say();
  if (matched === 0) say(`The source of all of them is ${source}, and their detail has metadata and data.`);
  else if (matched > first.length) say(`The first ${first.length}:`);
  for (const { time, type, subject, id } of first) say(`${time}  ${type.padEnd(20)}  ${subject}  ${id}`);
}
