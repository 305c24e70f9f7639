import { isoUtc } from '../../shared/model/time.ts';
import type { Replay } from '../../shared/state/replays.ts';
import { targetText } from './replayTargets.ts';

/** A replay as commands print it. */
export const replayRow = (replay: Replay) => ({
  replayId: replay.id,
  state: replay.state,
  target: targetText(replay.target),
  sent: replay.sent,
  total: replay.total ?? null,
  selection: replay.selection,
  rederive: replay.rederive,
  rate: replay.rate ?? null,
  restore: replay.restore,
  startedAt: isoUtc(replay.startedAt),
  endedAt: replay.endedAt === undefined ? null : isoUtc(replay.endedAt),
  position: replay.position ?? null,
  reason: replay.reason ?? null,
});
