import { deriveEvents } from '../../events/derive.ts';
import type { Envelope } from '../../events/envelope.ts';
import type { Workplace } from '../../infra/pipeline/workplace.ts';
import { spillStatus } from '../../infra/views/spill.ts';
import { listParked } from '../../shared/state/parked.ts';
import { decodeChange } from '../../shared/stream/change.ts';
import { readWindow } from '../../shared/stream/window.ts';
import { type Account, type Subscribers, tooLate } from './subscribers.ts';

/** Every event that the whole stream asks for, in its order. */
export async function expectedEvents({ system, names, stream }: Workplace): Promise<Envelope[]> {
  const source = await stream();
  const shards = await source.shards();
  const all = await readWindow(source, new Map(shards.map(({ id }) => [id, undefined])));
  const origin = { stage: names.stage, table: names.table };
  return all.flatMap(({ shard, record }) =>
    deriveEvents(system, origin, decodeChange(system, record, source.stream, shard)),
  );
}

/** What a soak must not show, in words; empty where every law holds. */
export async function broken(
  place: Workplace,
  expected: readonly Envelope[],
  delivered: readonly Envelope[],
  { each, newest }: Subscribers,
): Promise<string[]> {
  const ids = new Set(expected.map(({ metadata }) => metadata.id));
  const got = new Set(delivered.map(({ metadata }) => metadata.id));
  const parked: string[] = [];
  for (const processor of ['statistics', 'fanout'])
    for await (const { key, reason } of listParked(place.state, processor))
      parked.push(`${processor} parked ${JSON.stringify(key)}: ${reason ?? 'behind another'}`);
  return [
    ...tell(
      'were asked for, and never delivered',
      [...ids].filter((id) => !got.has(id)),
    ),
    ...tell(
      'were delivered, and nothing asked for them',
      [...got].filter((id) => !ids.has(id)),
    ),
    ...tell('were first delivered after a later one of their item', outOfOrder(expected, delivered)),
    ...tell('had not exactly one effect', notOnce(ids, each)),
    ...tell('had more than one effect where stale ones are dropped', twice(newest)),
    ...tell('had no effect, and were not stale', missing(ids, newest)),
    ...tell(
      'had an effect after a later one of their item',
      tooLate(newest).map(({ id }) => id),
    ),
    ...parked,
    ...(await spillStatus(place)).map(({ shard }) => `${shard} still has events that wait for the bus`),
  ];
}

const tell = (what: string, ids: readonly string[]): string[] =>
  ids.length === 0 ? [] : [`${ids.length} events ${what}: ${ids.slice(0, 3).join(', ')} …`];

/** Of each item, the ids in the order in which they were first delivered must be the order in which they were asked for. */
function outOfOrder(expected: readonly Envelope[], delivered: readonly Envelope[]): string[] {
  const place = new Map(expected.map(({ metadata }, i) => [metadata.id, i]));
  const seen = new Set<string>();
  const last = new Map<string, number>();
  return delivered.flatMap(({ metadata: { id, partitionKey } }) => {
    if (seen.has(id)) return [];
    seen.add(id);
    const at = place.get(id) ?? 0;
    const before = last.get(partitionKey) ?? -1;
    last.set(partitionKey, Math.max(at, before));
    return at < before ? [id] : [];
  });
}

function countsOf({ effects }: Account): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { id } of effects) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

function notOnce(ids: ReadonlySet<string>, account: Account): string[] {
  const counts = countsOf(account);
  return [...ids].filter((id) => counts.get(id) !== 1);
}

const twice = (account: Account): string[] => [...countsOf(account)].filter(([, count]) => count > 1).map(([id]) => id);

function missing(ids: ReadonlySet<string>, account: Account): string[] {
  const counts = countsOf(account);
  return [...ids].filter((id) => !counts.has(id) && !account.stale.has(id));
}
