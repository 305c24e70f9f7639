import { Command } from 'commander';
import { type Envelope, publicationId } from '../../../events/envelope.ts';
import { archivedEvents } from '../../../processors/replay/events.ts';
import type { Json } from '../../local/eventbridge/pattern/pattern.ts';
import { type CommonOptions, wholeNumber, withCommonOptions } from '../options.ts';
import { say, sayJson } from '../output.ts';
import { conditionGiven } from '../patterns.ts';
import { type Session, withSession } from '../session.ts';

interface TailOptions extends CommonOptions {
  readonly type?: string[];
  readonly where?: string;
  readonly lines: number;
  readonly follow?: boolean;
}

type Wanted = (envelope: Envelope) => boolean;

const LINES = 20;
const FOLLOW_EVERY_MS = 1_000;
const EXAMPLES = `
Examples:
  afterwrite events tail --type ReviewFailed IssueRecurring --follow
  afterwrite events tail --where '{"data":{"riskScore":[{"numeric":[">=",50]}]}}'
  afterwrite events tail --where '{"metadata":{"type":["ReviewFailed"],"subject":[{"prefix":"REVIEW#"}]}}' --json`;

export function tailCommand(): Command {
  return withCommonOptions(new Command('tail'))
    .description('the last events, from the archive (which is seconds behind the bus)')
    .option('--type <type...>', 'only these types')
    .option(
      '--where <pattern>',
      "only events whose detail (metadata and data) matches this EventBridge pattern, as a rule's `detail`; JSON or @FILE",
    )
    .option('--lines <n>', 'how many', wholeNumber, LINES)
    .option('--follow', 'wait for more, until Ctrl-C')
    .addHelpText('after', EXAMPLES)
    .action(async (options: TailOptions) => {
      // Before any endpoint is opened: a wrong pattern is told at once.
      const wanted = wantedBy(options.where);
      await withSession(options, {}, (session) => tail(session, options, wanted));
    });
}

function wantedBy(where: string | undefined): Wanted {
  if (where === undefined) return () => true;
  const condition = conditionGiven('--where', where);
  return (envelope) => condition(envelope as unknown as Json);
}

async function tail(
  { place, signal, pipelineOptions: { pause } }: Session,
  options: TailOptions,
  wanted: Wanted,
): Promise<void> {
  const seen = new Set<string>();
  let following = false;
  do {
    const fresh: Envelope[] = [];
    const selection = options.type ? { types: options.type } : {};
    for await (const envelope of archivedEvents(place.system, place.names, place.archive, selection)) {
      if (seen.has(publicationId(envelope)) || !wanted(envelope)) continue;
      seen.add(publicationId(envelope));
      fresh.push(envelope);
      if (!following && fresh.length > options.lines) fresh.shift();
    }
    for (const envelope of fresh) print(envelope, options.json === true);
    following = true;
    if (options.follow) await pause(FOLLOW_EVERY_MS, signal);
  } while (options.follow && !signal.aborted);
}

const print = (envelope: Envelope, json: boolean): void =>
  json
    ? sayJson(envelope)
    : say(
        `${envelope.metadata.time}  ${envelope.metadata.type.padEnd(20)}  ${envelope.metadata.subject}  ${JSON.stringify(envelope.data)}`,
      );
