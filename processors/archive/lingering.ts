import { isEmptyAggregate } from '../../shared/model/aggregate.ts';
import { type Key, keyId } from '../../shared/model/keys.ts';
import type { Statistic } from '../../shared/model/statistic.ts';
import { aggregateFromAttributes, aggregateToAttributes } from '../../shared/model/storedAggregate.ts';
import type { System } from '../../shared/model/system.ts';
import type { StateStore } from '../../shared/ports/stateStore.ts';
import type { StreamSource } from '../../shared/ports/streamSource.ts';
import type { TableStore } from '../../shared/ports/tableStore.ts';
import { loadCheckpoints } from '../../shared/state/checkpoints.ts';
import { oldestUnread } from '../../shared/stream/oldestUnread.ts';
import { dueBy, forgetDue, type StoredDue } from './due.ts';
import { lingeringOf } from './plan.ts';

interface Context {
  readonly system: System;
  readonly table: Pick<TableStore, 'read' | 'replace'>;
  readonly state: StateStore;
  stream(): Promise<StreamSource>;
}

export interface Settled {
  /** Groups that are empty for good, and of which that was told. */
  settled: number;
  /** Groups that linger, or whose statistics are behind. */
  waiting: number;
}

/**
 * Ends the lingering of groups that stayed empty: one write each, which asks for the event. Not before statistics have read
 * all that was written until then: what would fill the group again may wait in another shard, however late that is read.
 * @param now by the clock of the stream's records, epoch milliseconds: history that is fed lingers in real time too
 */
export async function settleGroups(context: Context, now: number): Promise<Settled> {
  const settled: Settled = { settled: 0, waiting: 0 };
  // What is written from here on is younger than all that is due.
  let unread: Promise<number> | undefined;
  const hasReadUntil = async (until: number): Promise<boolean> => {
    unread ??= context.stream().then((source) => oldestUncounted(context.state, source));
    return until < (await unread);
  };
  for (const statistic of context.system.statistics) {
    const { lingersMs } = statistic;
    if (lingersMs === undefined) continue;
    // Later ones were written by a clock that goes before this one.
    for await (const entry of dueBy(context.state, lingeringOf(statistic), now + lingersMs)) {
      const isOver = entry.due <= now && (await hasReadUntil(entry.due));
      const outcome = isOver ? await settleOne(context, statistic, lingersMs, entry) : 'waits';
      if (outcome === 'waits') settled.waiting++;
      else await forgetDue(context.state, entry);
      if (outcome === 'settled') settled.settled++;
    }
  }
  return settled;
}

async function settleOne(
  { system, table }: Context,
  statistic: Statistic<unknown>,
  lingersMs: number,
  { source, due }: StoredDue,
): Promise<'settled' | 'waits' | 'void'> {
  const stored = (await table.read([source])).get(keyId(source));
  const aggregate = stored && aggregateFromAttributes(statistic, source as Key, stored);
  if (!aggregate?.last || !isEmptyAggregate(aggregate)) return 'void';
  // It was filled and emptied again since: that has an entry of its own.
  if (due < aggregate.asOf + lingersMs) return 'void';
  const after = { ...aggregate, last: undefined, revision: aggregate.revision + 1, silent: false };
  const item = aggregateToAttributes(after, system.table);
  const [outcome] = await table.replace([{ key: source, item, revision: aggregate.revision }]);
  return outcome === 'written' ? 'settled' : 'waits';
}

/** Stream time of the oldest record that statistics have not done, epoch milliseconds; Infinity where there is none. */
async function oldestUncounted(state: StateStore, source: StreamSource): Promise<number> {
  const checkpoints = await loadCheckpoints(state, source.stream);
  let oldest = Infinity;
  for (const { id } of await source.shards()) {
    const own = checkpoints.find(({ processor, shard }) => processor === 'statistics' && shard === id);
    const unread = own?.finished ? undefined : await oldestUnread(source, id, own?.sequence);
    oldest = Math.min(oldest, unread ?? Infinity);
  }
  return oldest;
}
