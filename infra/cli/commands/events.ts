import { Command } from 'commander';
import { type Envelope, publicationId } from '../../../events/envelope.ts';
import { archivedEvents } from '../../../processors/replay/events.ts';
import { type CommonOptions, wholeNumber, withCommonOptions } from '../options.ts';
import { say, sayJson } from '../output.ts';
import { type Session, withSession } from '../session.ts';
import { listEvents, showEvent } from './eventCatalogue.ts';

interface TailOptions extends CommonOptions {
  readonly type?: string[];
  readonly lines: number;
  readonly follow?: boolean;
}

const LINES = 20;
const FOLLOW_EVERY_MS = 1_000;

export function eventsCommand(): Command {
  const events = new Command('events').description('published events');
  events.addCommand(
    withCommonOptions(new Command('tail'))
      .description('the last events, from the archive (which is seconds behind the bus)')
      .option('--type <type...>', 'only these types')
      .option('--lines <n>', 'how many', wholeNumber, LINES)
      .option('--follow', 'wait for more, until Ctrl-C')
      .action((options: TailOptions) => withSession(options, {}, (session) => tail(session, options))),
  );
  events.addCommand(listEvents());
  events.addCommand(showEvent());
  return events;
}

async function tail({ place, signal, pipelineOptions: { pause } }: Session, options: TailOptions): Promise<void> {
  const seen = new Set<string>();
  let following = false;
  do {
    const fresh: Envelope[] = [];
    const selection = options.type ? { types: options.type } : {};
    for await (const envelope of archivedEvents(place.system, place.names, place.archive, selection)) {
      const id = publicationId(envelope);
      if (seen.has(id)) continue;
      seen.add(id);
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
