import { type Departed, DepartedFeed } from '../../processors/replay/departed.ts';
import { estimate } from '../../processors/replay/estimate.ts';
import { envelopeFeed, type Feed, isUnreadable } from '../../processors/replay/feed.ts';
import { beginReplay, type Ledger } from '../../processors/replay/ledger.ts';
import { runReplay, type Work } from '../../processors/replay/run.ts';
import { sourceOf } from '../../processors/replay/source.ts';
import type { ReplayTarget } from '../../processors/replay/target.ts';
import { tableTarget } from '../../processors/replay/targets/table.ts';
import { restoreEstimate } from '../../shared/archive/restoring.ts';
import { keyText } from '../../shared/model/keys.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { StateStore } from '../../shared/ports/stateStore.ts';
import type { Replay } from '../../shared/state/replays.ts';
import type { PipelineOptions } from './options.ts';
import { openTarget } from './replayTarget.ts';
import type { Workplace } from './workplace.ts';

export type Asked = Pick<Replay, 'selection' | 'rederive' | 'target' | 'restore' | 'rate'>;

/** What became of the items of a run. */
export interface Outcomes {
  written: number;
  present: number;
  refused: number;
}

/** What a replay reads and where it goes: one belongs to the other. */
export interface ReplayWork {
  readonly target: Pick<ReplayTarget<unknown>, 'name' | 'check'>;
  readonly what: 'events' | 'items';
  /** How many it will send; undefined where something is cold, or counting takes as long as sending. */
  total(): Promise<number | undefined>;
  /** Throws USAGE where cold objects do not come back by the tier that is asked for. */
  checkTier(): Promise<void>;
  run(ledger: Ledger, work: Omit<Work<unknown>, 'feed' | 'target'>): Promise<Replay>;
  /** Only of items. */
  readonly outcomes?: Outcomes;
}

interface Surroundings {
  /** Where an endpoint's key or token is. */
  readonly environment: NodeJS.ProcessEnv;
  readonly clock: Clock;
  /** Takes a line about an item that stays away. */
  readonly note: (line: string) => void;
}

/** Checks target and tier, counts, and notes that it begins. Throws what they throw. @param handOver to the deployed worker, at once */
export async function startReplay(
  state: StateStore,
  asked: Asked,
  work: ReplayWork,
  { clock, newId }: Pick<PipelineOptions, 'clock' | 'newId'>,
  handOver = false,
): Promise<Ledger> {
  await work.target.check();
  await work.checkTier();
  const total = await work.total();
  const now = clock.now();
  const noted = { ...asked, ...(total !== undefined && { total }), ...(handOver && { nextAt: now }) };
  return beginReplay(state, noted, { id: newId(), by: newId(), now });
}

export function workOf(place: Workplace, asked: Asked, surroundings: Surroundings): ReplayWork {
  const { target: to } = asked;
  const { environment } = surroundings;
  if (to.kind === 'table') return tableWork(place, asked, surroundings);
  const source = sourceOf(place.system, place.names, place.archive, asked);
  const isFast = to.kind === 'file' && asked.rate === undefined;
  return {
    ...together(place, asked, envelopeFeed(source), openTarget(place, to, environment)),
    what: 'events',
    async total() {
      if (isFast) return undefined;
      const { events, cold } = await estimate(source);
      return cold.objects === 0 ? events : undefined;
    },
  };
}

function together<Unit>(
  { system }: Workplace,
  { restore }: Asked,
  feed: Feed<Unit>,
  target: ReplayTarget<Unit>,
): Pick<ReplayWork, 'target' | 'checkTier' | 'run'> {
  return {
    target,
    async checkTier() {
      restoreEstimate(await feed.coldAhead(undefined), restore, system.archive.prices);
    },
    run: (ledger, work) => runReplay(ledger, { ...work, feed, target }),
  };
}

function tableWork(place: Workplace, asked: Asked, { clock, note }: Surroundings): ReplayWork {
  const { system, names, archive } = place;
  const outcomes: Outcomes = { written: 0, present: 0, refused: 0 };
  const feed = new DepartedFeed(system, names, archive, asked.selection);
  const target: ReplayTarget<Departed> = tableTarget({
    table: place.table,
    declaration: system.table,
    clock,
    check: async () => void (await place.stream()),
    onOutcome(key, outcome) {
      outcomes[outcome]++;
      if (outcome === 'refused') note(`${keyText(key)}: the table can't hold it (an index key of another type)`);
    },
  });
  return {
    ...together(place, asked, feed, target),
    what: 'items',
    outcomes,
    async total() {
      if ((await feed.coldAhead()).some(isUnreadable)) return undefined;
      const { count, unclear } = await feed.count();
      for (const item of unclear)
        note(`${item}: several bundles hold it, and nothing tells which is the last; it stays away`);
      return count;
    },
  };
}
