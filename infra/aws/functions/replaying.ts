import { envelopeFeed } from '../../../processors/replay/feed.ts';
import { runReplay } from '../../../processors/replay/run.ts';
import { sourceOf } from '../../../processors/replay/source.ts';
import { continueReplays, type OpenReplay } from '../../../processors/replay/worker.ts';
import type { Replay } from '../../../shared/state/replays.ts';
import { deployable, openTarget } from '../../pipeline/replayTarget.ts';
import type { Opened } from './opened.ts';
import type { Task } from './scheduledHandler.ts';

/** Goes on with the replays that were handed over by `replay --deployed`. */
export const replaying: Task = {
  async work(opened, signal) {
    const { clock, newId, log } = opened.options;
    const { state } = opened.place;
    await continueReplays({ state, clock, log, signal, newId, open: (replay) => openReplay(opened, replay) });
  },
};

function openReplay({ place, options: { clock, pause } }: Opened, replay: Replay): OpenReplay {
  const { system, names, archive } = place;
  const target = openTarget(place, deployable(replay.target), {});
  const feed = envelopeFeed(sourceOf(system, names, archive, replay));
  return { run: (ledger, turns) => runReplay(ledger, { ...turns, feed, target, clock, pause }) };
}
