import { Command, Option } from 'commander';
import { journalSnapshot } from '../../../processors/archive/snapshot.ts';
import { type Rebuilt, rebuild, repair } from '../../../processors/statistics/rebuild.ts';
import type { RepairOptions } from '../../../processors/statistics/repair.ts';
import { AfterwriteError } from '../../../shared/model/errors.ts';
import { withDownstream } from '../../../shared/model/fingerprint.ts';
import type { Statistic } from '../../../shared/model/statistic.ts';
import type { System } from '../../../shared/model/system.ts';
import { forgetUndeclared } from '../../../shared/state/declared.ts';
import { noteChanges, noteLeftBehind } from '../changed.ts';
import { noteBeyond } from '../noteBeyond.ts';
import { type CommonOptions, withCommonOptions } from '../options.ts';
import { note, say, sayJson, thousands } from '../output.ts';
import { type Session, withSession } from '../session.ts';

interface RebuildOptions extends CommonOptions {
  readonly statistic?: string[];
  readonly changed?: boolean;
}

export function rebuildCommand(): Command {
  return withCommonOptions(new Command('rebuild'))
    .description(
      'write every statistic anew from table and archive, as its next generation, while writes go on; no events',
    )
    .option('--statistic <names...>', 'only these')
    .addOption(
      new Option('--changed', 'only those whose declaration changed, and all that they feed').conflicts('statistic'),
    )
    .action((options: RebuildOptions) => withSession(options, {}, (session) => runRebuild(session, options)));
}

async function runRebuild(session: Session, options: RebuildOptions): Promise<void> {
  const { place, signal } = session;
  const { system, state } = place;
  const changes = await noteChanges(place);
  const names = changes.map(({ statistic }) => statistic);
  const chosen = options.changed ? withDownstream(system, names) : statisticsOf(system, options.statistic);
  if (options.changed) note(chosen.length === 0 ? 'Nothing is to be rebuilt.' : `To be rebuilt: ${namesIn(chosen)}.`);
  const rebuilt = await rebuild(place, chosen, optionsOf(session, 'rebuilt'));
  if (options.json) sayJson(rebuilt.map(summary));
  else for (const one of rebuilt) say(sentence(one));
  if (signal.aborted) note('Stopped: the same command goes on where it was.');
  noteBeyond(rebuilt.reduce((sum, { beyond }) => sum + beyond.length, 0));
  if (signal.aborted || rebuilt.some(({ left }) => left.length > 0)) {
    process.exitCode = 1;
    return;
  }
  await noteLeftBehind(place, changes);
  if (options.statistic === undefined) await forgetUndeclared(system, state);
}

const namesIn = (statistics: readonly Statistic<unknown>[]): string => statistics.map(({ name }) => name).join(', ');

export function attachCommand(): Command {
  return withCommonOptions(new Command('attach'))
    .description(
      'start on a table that has data already, while writes go on: what is there goes into the journal, then into the statistics; then start the pipeline',
    )
    .action((options: CommonOptions) => withSession(options, {}, (session) => attach(session, options.json === true)));
}

async function attach(session: Session, json: boolean): Promise<void> {
  const { place, signal } = session;
  await noteChanges(place);
  const onProgress = (journalled: number): void => note(`${thousands(journalled)} items in the journal`);
  const { items, journalled } = await journalSnapshot(place, { signal, onProgress });
  const { written, left } = signal.aborted
    ? { written: [], left: [] }
    : await repair(place, optionsOf(session, 'written'));
  if (json) sayJson({ items, journalled, written: written.length, left });
  else {
    say(`${thousands(items)} items in the table; the journal had not ${thousands(journalled)} of them, and has now.`);
    say(`${thousands(written.length)} aggregates hold what was in the table before; the rest comes with the stream.`);
  }
  for (const key of left) note(`not written: ${key}`);
  if (signal.aborted) note('Stopped: the same command goes on where it was.');
  if (left.length > 0 || signal.aborted) process.exitCode = 1;
}

const optionsOf = ({ log, signal, pipelineOptions: { clock, pause } }: Session, done: string): RepairOptions => ({
  log,
  signal,
  clock,
  pause,
  onProgress: (written) => note(`${thousands(written)} ${done}`),
});

function statisticsOf(system: System, names: readonly string[] | undefined): Statistic<unknown>[] {
  const known = system.statistics.map(({ name }) => name);
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new AfterwriteError('USAGE', `no statistic '${unknown}' in system '${system.name}'`, {
      mend: `name one of: ${known.join(', ')}`,
    });
  return system.statistics.filter(({ name }) => names === undefined || names.includes(name));
}

const summary = ({ statistic, generation, written, left, beyond }: Rebuilt) => ({
  statistic,
  generation,
  written: written.length,
  left,
  beyond,
});

const sentence = ({ statistic, generation, written, left }: Rebuilt): string =>
  `${statistic}: generation ${generation}, ${thousands(written.length)} aggregates written${left.length > 0 ? `, ${left.length} not: ${left.slice(0, 3).join(', ')}` : ''}`;
