import { type Ledger, takeReplay } from '../../../processors/replay/ledger.ts';
import { type Replay, readReplay } from '../../../shared/state/replays.ts';
import { deployable } from '../../pipeline/replayTarget.ts';
import { type Asked, type Outcomes, type ReplayWork, startReplay, workOf } from '../../pipeline/replayWork.ts';
import { note, progress, say, sayJson, thousands } from '../output.ts';
import { replayRow } from '../replayRow.ts';
import type { Session } from '../session.ts';

/** @param deployed it is noted alone: the deployed worker runs it */
export async function start(session: Session, asked: Asked, json: boolean, deployed: boolean): Promise<void> {
  const { place, pipelineOptions } = session;
  if (deployed) deployable(asked.target);
  const work = workOf(place, asked, { environment: process.env, clock: pipelineOptions.clock, note });
  const ledger = await startReplay(place.state, asked, work, pipelineOptions, deployed);
  if (deployed) return handOver(ledger.replay, json);
  if (!json) note(`Replay ${ledger.replay.id} to ${work.target.name} begins.`);
  await run(session, work, ledger, json, false);
}

/** @param deployed it is handed over: the deployed worker goes on with it */
export async function resume(session: Session, id: string, json: boolean, deployed: boolean): Promise<void> {
  const { place, pipelineOptions } = session;
  if (deployed) return handOver(await handed(session, id), json);
  // Before it is taken: where the target can't be opened, nothing changes.
  const work = workOf(place, await readReplay(place.state, id), {
    environment: process.env,
    clock: pipelineOptions.clock,
    note,
  });
  const ledger = await takeReplay(place.state, id, pipelineOptions.newId());
  if (!json) note(`Replay ${id} goes on behind ${thousands(ledger.replay.sent)} ${work.what}.`);
  await run(session, work, ledger, json, true);
}

async function handed({ place: { state }, pipelineOptions: { clock, newId } }: Session, id: string): Promise<Replay> {
  deployable((await readReplay(state, id)).target);
  return (await takeReplay(state, id, newId(), clock.now())).replay;
}

function handOver(replay: Replay, json: boolean): void {
  if (json) {
    sayJson(replayRow(replay));
    return;
  }
  say(`Replay ${replay.id} is handed over: the deployed worker begins within a minute.`);
  note(`How far it is: 'afterwrite replay show ${replay.id}'.`);
}

async function run(
  { signal, pipelineOptions }: Session,
  work: ReplayWork,
  ledger: Ledger,
  json: boolean,
  resumed: boolean,
): Promise<void> {
  const { clock, pause } = pipelineOptions;
  const { id, total, sent } = ledger.replay;
  const bar = progress(`${work.what} replayed`, total, json, sent);
  try {
    const ended = await work.run(ledger, {
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
    report(ended, work, json);
  } catch (error) {
    bar.stop();
    if (!json) note(goesOn(id));
    throw error;
  }
}

const goesOn = (id: string): string => `What was sent is noted. Go on: 'afterwrite replay --resume ${id}'.`;

function report(replay: Replay, { target, what, outcomes }: ReplayWork, json: boolean): void {
  const { id, state, sent } = replay;
  if (state !== 'done' || outcomes?.refused) process.exitCode = 1;
  if (json) {
    sayJson({ ...replayRow(replay), ...outcomes });
    return;
  }
  const how = state === 'done' ? '' : ` It is ${state}.`;
  say(`${thousands(sent)} ${what} sent to ${target.name} as replay ${id}.${about(replay, outcomes)}${how}`);
  if (state === 'stopped') note(goesOn(id));
}

function about({ target, state }: Replay, outcomes: Outcomes | undefined): string {
  if (!outcomes) return target.kind === 'bus' && state === 'done' ? ' Only rules on that bus see them.' : '';
  const { written, present } = outcomes;
  return ` ${thousands(written)} put back, ${thousands(present)} were there. Statistics count them still; no event comes of it.`;
}
