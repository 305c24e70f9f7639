import type { Envelope } from '../../../events/envelope.ts';
import { envelopeFeed } from '../../../processors/replay/feed.ts';
import { Ledger, takeReplay } from '../../../processors/replay/ledger.ts';
import { runReplay, type Work } from '../../../processors/replay/run.ts';
import { sourceOf } from '../../../processors/replay/source.ts';
import { namesOf } from '../../../shared/model/names.ts';
import type { ArchiveStore } from '../../../shared/ports/archiveStore.ts';
import type { StateStore } from '../../../shared/ports/stateStore.ts';
import { createReplay, type Replay } from '../../../shared/state/replays.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { TurnedClock } from '../memory/turnedClock.ts';

export const REPLAY = 'replay-1';
export const names = namesOf(reviewer, 'test');

export const replayOf = (fields: Partial<Replay> = {}): Replay => ({
  id: REPLAY,
  selection: {},
  rederive: false,
  target: { kind: 'bus' },
  restore: { tier: 'Standard', days: 3 },
  state: 'running',
  sent: 0,
  startedAt: 1,
  by: 'first',
  turn: 0,
  ...fields,
});

type Ports = { readonly archive: ArchiveStore; readonly state: StateStore } & Pick<Work<Envelope>, 'target'> &
  Partial<Work<Envelope>>;

/** Runs a replay in memory: a new one, or the one that is there. */
export async function replay(ports: Ports, by: string, asked: Partial<Replay> = {}): Promise<Replay> {
  const { archive, state } = ports;
  const isKnown = (await state.get('REPLAY', REPLAY)) !== undefined;
  const begun = replayOf({ ...asked, by });
  if (!isKnown) await createReplay(state, begun);
  const ledger = isKnown ? await takeReplay(state, REPLAY, by) : new Ledger(state, begun, by);
  return runReplay(ledger, {
    feed: envelopeFeed(sourceOf(reviewer, names, archive, ledger.replay)),
    resumed: isKnown,
    clock: new TurnedClock(),
    pause: async () => {},
    signal: new AbortController().signal,
    ...ports,
  });
}

export const idsOf = (envelopes: readonly Envelope[]): string[] => envelopes.map(({ metadata }) => metadata.id);
