import { Command } from 'commander';
import { isoUtc } from '../../../shared/model/time.ts';
import { cancelReplay, isOver, listReplays, type Replay, readReplay } from '../../../shared/state/replays.ts';
import { type CommonOptions, withCommonOptions } from '../options.ts';
import { say, sayJson, table, thousands } from '../output.ts';
import { replayRow } from '../replayRow.ts';
import { withSession } from '../session.ts';

export const listCommand = (): Command =>
  withCommonOptions(new Command('ls'))
    .description('every replay, the oldest first')
    .action((options: CommonOptions) =>
      withSession(options, {}, async ({ place }) => {
        const rows = (await listReplays(place.state)).map(replayRow);
        if (options.json) for (const row of rows) sayJson(row);
        else if (rows.length === 0) say('Nothing was replayed.');
        else say(asTable(rows));
      }),
    );

const asTable = (rows: readonly ReturnType<typeof replayRow>[]): string =>
  table(
    ['id', 'state', 'sent', 'of', 'started', 'target'],
    rows.map((row) => [
      row.replayId,
      row.state,
      thousands(row.sent),
      row.total === null ? null : thousands(row.total),
      row.startedAt,
      row.target,
    ]),
  );

export const showCommand = (): Command =>
  withCommonOptions(new Command('show'))
    .description('one replay: what it sends where, and how far it is')
    .argument('<id>', "as 'replay ls' prints it")
    .action((id: string, options: CommonOptions) =>
      withSession(options, {}, async ({ place }) => {
        const replay = await readReplay(place.state, id);
        if (options.json) return sayJson(replayRow(replay));
        const about = Object.entries(replayRow(replay)).filter(([, value]) => value !== null);
        for (const [name, value] of about)
          say(`${name.padEnd(9)}  ${typeof value === 'object' ? JSON.stringify(value) : value}`);
        const hint = hintFor(replay);
        if (hint !== undefined) say(`\n${hint}`);
      }),
    );

function hintFor({ id, state, nextAt }: Replay): string | undefined {
  if (state === 'stopped') return `Go on: 'afterwrite replay --resume ${id}'.`;
  if (state === 'done' || state === 'cancelled') return undefined;
  if (nextAt !== undefined) return `The deployed worker goes on with it at ${isoUtc(nextAt)} or later.`;
  return `Somebody runs it; where they died: 'afterwrite replay --resume ${id}'.`;
}

export const cancelCommand = (): Command =>
  withCommonOptions(new Command('cancel'))
    .description('end a replay for good: a running one stops after the portion at hand')
    .argument('<id>', "as 'replay ls' prints it")
    .action((id: string, options: CommonOptions) =>
      withSession(options, {}, async ({ place, pipelineOptions: { clock, newId } }) => {
        const before = await cancelReplay(place.state, id, { by: newId(), now: clock.now() });
        const after = await readReplay(place.state, id);
        if (options.json) sayJson(replayRow(after));
        else
          say(isOver(before) ? `It was ${before.state} already.` : `Cancelled behind ${thousands(after.sent)} events.`);
        if (before.state === 'done') process.exitCode = 1;
      }),
    );
