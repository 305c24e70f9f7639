import { isEmptyAggregate } from '../../shared/model/aggregate.ts';
import { type Key, keyId } from '../../shared/model/keys.ts';
import type { Statistic } from '../../shared/model/statistic.ts';
import { aggregateFromAttributes, aggregateToAttributes } from '../../shared/model/storedAggregate.ts';
import type { System } from '../../shared/model/system.ts';
import type { Log } from '../../shared/ports/log.ts';
import type { StateStore } from '../../shared/ports/stateStore.ts';
import type { StreamSource } from '../../shared/ports/streamSource.ts';
import type { TableStore } from '../../shared/ports/tableStore.ts';
import { loadCheckpoints } from '../../shared/state/checkpoints.ts';
import { dueBy, forgetDue, type StoredDue } from '../../shared/state/due.ts';
import { firstParked, type Parked } from '../../shared/state/parked.ts';
import { lingeringOf } from '../../shared/stream/due.ts';
import { oldestUnread } from '../../shared/stream/oldestUnread.ts';
import { unlessRefused } from './refused.ts';

interface Context {
  readonly system: System;
  readonly table: Pick<TableStore, 'read' | 'replace'>;
  readonly state: StateStore;
  readonly log: Log;
  stream(): Promise<StreamSource>;
}

export interface Settled {
  /** Groups that are empty for good, and of which that was told. */
  settled: number;
  /** Groups that linger, or whose statistics are behind. */
  waiting: number;
  /** Groups that something parked may fill: they wait for a person. */
  held: number;
}

/**
 * Ends the lingering of groups that stayed empty: one write each, which asks for the event. Not before statistics have read
 * all that was written until then: what would fill the group again may wait in another shard, however late that is read, or
 * be parked.
 * @param now by the clock of the stream's records, epoch milliseconds: history that is fed lingers in real time too
 */
export async function settleGroups(context: Context, now: number, signal?: AbortSignal): Promise<Settled> {
  const settled: Settled = { settled: 0, waiting: 0, held: 0 };
  // What is written from here on is younger than all that is due.
  let behind: Promise<Behind> | undefined;
  const look = (): Promise<Behind> => {
    behind ??= context.stream().then((source) => lookBehind(context.state, source, signal));
    return behind;
  };
  for (const statistic of context.system.statistics) {
    const { lingersMs } = statistic;
    if (lingersMs === undefined) continue;
    // Later ones were written by a clock that goes before this one.
    for await (const entry of dueBy(context.state, lingeringOf(statistic), now + lingersMs)) {
      if (signal?.aborted) return settled;
      const outcome =
        entry.due > now
          ? 'waiting'
          : await unlessRefused(context.log, entry, 'its end is not told', async () =>
              settleOne(context, statistic, lingersMs, entry, await look()),
            );
      if (outcome === undefined) continue;
      if (outcome === 'settled' || outcome === 'void') await forgetDue(context.state, entry);
      if (outcome !== 'void') settled[outcome]++;
    }
  }
  return settled;
}

/** What statistics have not done. */
interface Behind {
  /** Stream time of the oldest record that is unread, epoch milliseconds; Infinity where there is none. */
  readonly unread: number;
  /** Of each item the first that waits. */
  readonly parked: readonly Pick<Parked, 'key' | 'at'>[];
}

async function settleOne(
  { system, table }: Context,
  statistic: Statistic<unknown>,
  lingersMs: number,
  { source, due }: StoredDue,
  { unread, parked }: Behind,
): Promise<keyof Settled | 'void'> {
  if (unread <= due) return 'waiting';
  const stored = (await table.read([source])).get(keyId(source));
  const aggregate = stored && aggregateFromAttributes(statistic, source as Key, stored);
  if (!aggregate?.last || !isEmptyAggregate(aggregate)) return 'void';
  // It was filled and emptied again since: that has an entry of its own.
  if (due < aggregate.asOf + lingersMs) return 'void';
  if (parked.some(({ key, at }) => at <= due && mayFill(system, statistic, source, key))) return 'held';
  const after = { ...aggregate, last: undefined, revision: aggregate.revision + 1, silent: false };
  const item = aggregateToAttributes(after, system.table);
  const [outcome] = await table.replace([{ key: source, item, revision: aggregate.revision }]);
  return outcome === 'written' ? 'settled' : 'waiting';
}

/** Whether an item that can't be counted for now may be of a group: which one it is of, nobody can tell but by its tenant. */
function mayFill({ tenant, sourceOf }: System, { feeds }: Statistic<unknown>, group: Key, item: Key): boolean {
  const [theirs, its] = [tenant?.of(group), tenant?.of(item)];
  if (theirs !== undefined && its !== undefined && theirs !== its) return false;
  const source = sourceOf(item);
  return feeds.some(({ of }) => of === source);
}

/** What is unread first: so nothing is parked unseen in between. Where the signal stops it, all counts as unread. */
async function lookBehind(state: StateStore, source: StreamSource, signal: AbortSignal | undefined): Promise<Behind> {
  const checkpoints = await loadCheckpoints(state, source.stream);
  let unread = Infinity;
  for (const { id } of await source.shards()) {
    if (signal?.aborted) return { unread: 0, parked: [] };
    const own = checkpoints.find(({ processor, shard }) => processor === 'statistics' && shard === id);
    const oldest = own?.finished ? undefined : await oldestUnread(source, id, own?.sequence);
    unread = Math.min(unread, oldest ?? Infinity);
  }
  return { unread, parked: [...(await firstParked(state, 'statistics')).values()] };
}
