import { isUnreadable, journalFeed } from '../../../processors/replay/feed.ts';
import { type Settled, settledShadow } from '../../../processors/replay/settled.ts';
import { compareShadow } from '../../../processors/replay/shadow.ts';
import { portionsBehind, type Source, sourceOf } from '../../../processors/replay/source.ts';
import { lineTarget } from '../../../processors/replay/targets/lines.ts';
import { waitForAll } from '../../../processors/replay/thaw.ts';
import { restoreEstimate } from '../../../shared/archive/restoring.ts';
import type { Replay } from '../../../shared/state/replays.ts';
import { shardStatus } from '../../views/lag.ts';
import { sayCold } from '../dollars.ts';
import { note, say, sayJson, thousands } from '../output.ts';
import type { Session } from '../session.ts';

/** A look: envelopes as they were archived, without a mark; nothing is noted, so there is nothing to resume. */
export async function printToStdout(
  { place, signal }: Session,
  asked: Pick<Replay, 'selection' | 'rederive'>,
): Promise<void> {
  const source: Source = sourceOf(place.system, place.names, place.archive, asked);
  const target = lineTarget('stdout', process.stdout);
  for await (const { units } of portionsBehind(source, undefined, target.portion)) {
    if (signal.aborted) break;
    if (units.length > 0) await target.send(units);
  }
  if (signal.aborted) process.exitCode = 1;
}

/** What a comparison would have to restore first; nothing is asked for. */
export async function dryRunShadow({ place }: Session, restore: Replay['restore'], json: boolean): Promise<void> {
  const { system, names, archive } = place;
  const cold = (await journalFeed(system, names, archive).coldAhead(undefined)).filter(isUnreadable);
  const { dollars, hours } = restoreEstimate(cold, restore, system.archive.prices);
  const objects = cold.length;
  const bytes = cold.reduce((sum, object) => sum + object.bytes, 0);
  if (json) sayJson({ cold: { objects, bytes }, dollars: { restoring: dollars }, hours: { restoring: hours } });
  else {
    say('The whole journal would be read; nothing was compared.');
    if (objects > 0) sayCold({ objects, bytes, lines: null, dollars, hours }, restore);
  }
}

/** Waits for what is cold first. */
export async function printShadow(
  { place, signal, pipelineOptions }: Session,
  restore: Replay['restore'],
  json: boolean,
): Promise<void> {
  const { clock, pause } = pipelineOptions;
  const feed = journalFeed(place.system, place.names, place.archive);
  restoreEstimate(await feed.coldAhead(undefined), restore, place.system.archive.prices);
  const onWaiting = (objects: number): void => {
    if (!json)
      note(`Waiting for ${thousands(objects)} cold objects to be restored; this may be stopped and begun again.`);
  };
  if (!(await waitForAll({ feed, clock, pause, signal, onWaiting }, restore, undefined))) {
    process.exitCode = 1;
    return;
  }
  if (!json) note('Replaying the journal into a shadow of the statistics …');
  const settled = await settledShadow({
    compare: () => compareShadow(place.system, place.names, place),
    isReading: async () =>
      (await shardStatus(place, clock)).some(({ timeToLossSeconds }) => timeToLossSeconds !== null),
    pause,
    signal,
  });
  if (json) sayJson({ ...settled, drift: settled.drifts.length });
  else tellShadow(settled);
  if (settled.drifts.length + settled.unjudged > 0) process.exitCode = 1;
}

function tellShadow({ changes, aggregates, drifts, unjudged }: Settled): void {
  for (const { key, fields } of drifts) say(`${key}: ${fields.map(({ path }) => path).join(', ')}`);
  const differ = `${thousands(drifts.length + unjudged)} aggregates differ`;
  say(
    `${thousands(changes)} changes replayed; ${drifts.length + unjudged === 0 ? `all ${thousands(aggregates)} aggregates are equal` : differ}.`,
  );
  if (unjudged > 0)
    note("Not all is read yet, so that proves nothing: let 'afterwrite run --until-idle' catch up, and compare again.");
  if (drifts.length > 0) note("'afterwrite verify' tells which side is right, and how much differs.");
}
