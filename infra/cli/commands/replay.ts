import { randomUUID } from 'node:crypto';
import { Command, Option } from 'commander';
import { archivedEvents } from '../../../processors/replay/events.ts';
import type { Selection } from '../../../processors/replay/select.ts';
import { compareShadow } from '../../../processors/replay/shadow.ts';
import { replayToBus } from '../../../processors/replay/toBus.ts';
import { type CommonOptions, moment, wholeNumber, withCommonOptions } from '../options.ts';
import { note, progress, say, sayJson, thousands } from '../output.ts';
import { type Session, withSession } from '../session.ts';

interface ReplayOptions extends CommonOptions {
  readonly to: 'bus' | 'stdout' | 'shadow';
  readonly from?: string;
  readonly until?: string;
  readonly entity?: string;
  readonly type?: string[];
  readonly rate?: number;
}

export function replayCommand(): Command {
  return withCommonOptions(new Command('replay'))
    .description('let history run again, from the archive')
    .addOption(
      new Option(
        '--to <target>',
        'bus: the replay bus; stdout: one envelope a line; shadow: statistics from the journal, held against the live ones',
      )
        .choices(['bus', 'stdout', 'shadow'])
        .default('stdout'),
    )
    .option('--from <time>', 'events of this time or later', moment)
    .option('--until <time>', 'events before this time', moment)
    .option('--entity <name>', 'only events of this entity or statistic')
    .option('--type <type...>', 'only events of these types')
    .option('--rate <events>', 'events a second', wholeNumber)
    .addHelpText(
      'after',
      '\nExample:\n  afterwrite replay --to bus --from 2018-01-01 --until 2018-02-01 --type ReviewFailed',
    )
    .action((options: ReplayOptions) =>
      withSession(options, {}, (session) =>
        options.to === 'shadow'
          ? shadow(session, options)
          : options.to === 'bus'
            ? toBus(session, options)
            : toStdout(session, options),
      ),
    );
}

const selectionOf = ({ from, until, entity, type }: ReplayOptions): Selection => ({
  ...(from !== undefined && { from }),
  ...(until !== undefined && { to: until }),
  ...(entity !== undefined && { entity }),
  ...(type !== undefined && { types: type }),
});

async function toStdout({ place, signal }: Session, options: ReplayOptions): Promise<void> {
  for await (const envelope of archivedEvents(place.system, place.names, place.archive, selectionOf(options))) {
    if (signal.aborted) return;
    sayJson(envelope);
  }
}

async function toBus({ place, signal, pipelineOptions: { pause } }: Session, options: ReplayOptions): Promise<void> {
  await place.replayBus.describe();
  const replayId = randomUUID();
  const envelopes = archivedEvents(place.system, place.names, place.archive, selectionOf(options));
  const bar = progress('events replayed', undefined, options.json === true);
  const sent = await replayToBus(
    envelopes,
    {
      bus: place.replayBus,
      claims: place.claims,
      system: place.system.name,
      replayId,
      rate: options.rate,
      pause,
      signal,
    },
    (count) => bar.update(count),
  );
  bar.stop();
  if (options.json) sayJson({ replayId, sent, bus: place.names.replayBus });
  else
    say(
      `${thousands(sent)} events sent to ${place.names.replayBus} as replay ${replayId}. Only rules on that bus see them.`,
    );
  if (signal.aborted) process.exitCode = 1;
}

async function shadow({ place }: Session, options: ReplayOptions): Promise<void> {
  if (!options.json) note('Replaying the journal into a shadow of the statistics …');
  const { changes, aggregates, drifts } = await compareShadow(place.system, place.names, place);
  if (options.json) sayJson({ changes, aggregates, drift: drifts.length, drifts });
  else {
    for (const { key, fields } of drifts) say(`${key}: ${fields.map(({ path }) => path).join(', ')}`);
    say(
      `${thousands(changes)} changes replayed; ${drifts.length === 0 ? `all ${thousands(aggregates)} aggregates are equal` : `${drifts.length} aggregates differ`}.`,
    );
  }
  if (drifts.length > 0) process.exitCode = 1;
}
