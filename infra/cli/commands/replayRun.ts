import { estimate } from '../../../processors/replay/estimate.ts';
import { type Asked, beginReplay, type Ledger, takeReplay } from '../../../processors/replay/ledger.ts';
import { runReplay } from '../../../processors/replay/run.ts';
import { sourceOf } from '../../../processors/replay/source.ts';
import { type Replay, readReplay } from '../../../shared/state/replays.ts';
import { note, progress, say, sayJson, thousands } from '../output.ts';
import { replayRow } from '../replayRow.ts';
import { openTarget } from '../replayTargets.ts';
import type { Session } from '../session.ts';

export async function start(session: Session, asked: Asked, json: boolean): Promise<void> {
  const { place, pipelineOptions } = session;
  const { clock, newId } = pipelineOptions;
  const target = openTarget(place, asked.target, process.env);
  await target.check();
  const total = await totalOf(session, asked);
  const ids = { id: newId(), by: newId(), now: clock.now() };
  const ledger = await beginReplay(place.state, { ...asked, ...(total !== undefined && { total }) }, ids);
  if (!json) note(`Replay ${ids.id} to ${target.name} begins.`);
  await work(session, ledger, json, false);
}

/** Counted where nothing is cold, and sending takes longer than counting: then it can be told how long it will take. */
async function totalOf({ place }: Session, asked: Asked): Promise<number | undefined> {
  if (asked.target.kind === 'file' && asked.rate === undefined) return undefined;
  const { events, cold } = await estimate(sourceOf(place.system, place.names, place.archive, asked));
  return cold.objects === 0 ? events : undefined;
}

export async function resume(session: Session, id: string, json: boolean): Promise<void> {
  const { place, pipelineOptions } = session;
  // Before it is taken: where the target can't be opened, nothing changes.
  openTarget(place, (await readReplay(place.state, id)).target, process.env);
  const ledger = await takeReplay(place.state, id, pipelineOptions.newId());
  const { sent } = ledger.replay;
  if (!json) note(`Replay ${id} goes on behind ${thousands(sent)} events.`);
  await work(session, ledger, json, true);
}

async function work(session: Session, ledger: Ledger, json: boolean, resumed: boolean): Promise<void> {
  const { place, signal, pipelineOptions } = session;
  const { clock, pause } = pipelineOptions;
  const { id, total, sent, target: to } = ledger.replay;
  const target = openTarget(place, to, process.env);
  const source = sourceOf(place.system, place.names, place.archive, ledger.replay);
  const bar = progress('events replayed', total, json, sent);
  try {
    const ended = await runReplay(ledger, {
      source,
      target,
      resumed,
      clock,
      pause,
      signal,
      onProgress: (replay) => bar.update(replay.sent),
      onWaiting: (objects) => {
        if (!json)
          note(`Waiting for ${thousands(objects)} cold objects to be restored; this may be stopped and resumed.`);
      },
    });
    bar.stop();
    report(ended, target.name, json);
  } catch (error) {
    bar.stop();
    if (!json) note(goesOn(id));
    throw error;
  }
}

const goesOn = (id: string): string => `What was sent is noted. Go on: 'afterwrite replay --resume ${id}'.`;

function report(replay: Replay, target: string, json: boolean): void {
  const { id, state, sent } = replay;
  if (state !== 'done') process.exitCode = 1;
  if (json) {
    sayJson(replayRow(replay));
    return;
  }
  const only = replay.target.kind === 'bus' && state === 'done' ? ' Only rules on that bus see them.' : '';
  const how = state === 'done' ? '' : ` It is ${state}.`;
  say(`${thousands(sent)} events sent to ${target} as replay ${id}.${only}${how}`);
  if (state === 'stopped') note(goesOn(id));
}
