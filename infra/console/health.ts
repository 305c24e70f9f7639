import { isoUtc } from '../../shared/model/time.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import { declarationChanges } from '../../shared/state/declared.ts';
import { stageTime } from '../../shared/state/fedClock.ts';
import { readGates } from '../../shared/state/gates.ts';
import { totalUnmatched } from '../../shared/state/unmatched.ts';
import { PARKING } from '../pipeline/parkedItems.ts';
import type { Workplace } from '../pipeline/workplace.ts';
import { incompleteStatus, misdatedStatus, type ShardStatus, shardStatus } from '../views/lag.ts';
import { spillStatus } from '../views/spill.ts';
import { noticesOf, type Troubles } from './notices.ts';
import type { Health } from './wire.ts';

const MOST_SHARDS = 200;

/** The same that `afterwrite status` says. Reads each shard's oldest unread record. */
export async function healthOf(place: Workplace, clock: Clock): Promise<Health> {
  const shards = await shardStatus(place, clock);
  const { now, fed } = await stageTime(place.state, clock);
  const parked = await parkedItemsIn(place);
  const open = shards.filter(({ finished }) => !finished);
  return {
    clock: { now: isoUtc(now), fed },
    shards: nearestToLoss(open, MOST_SHARDS),
    finishedShards: new Set(shards.filter(({ finished }) => finished).map(({ shard }) => shard)).size,
    notices: noticesOf({ ...(await troublesOf(place)), open }),
    parked,
  };
}

async function parkedItemsIn({ state }: Workplace): Promise<number> {
  let items = 0;
  for (const processor of PARKING)
    for await (const gate of readGates(state, processor)) if (gate.state !== 'open') items++;
  return items;
}

async function troublesOf(place: Workplace): Promise<Omit<Troubles, 'open'>> {
  return {
    incomplete: await incompleteStatus(place),
    changed: await declarationChanges(place.system, place.state),
    spilled: await spillStatus(place),
    unmatched: await totalUnmatched(place.state),
    misdated: await misdatedStatus(place),
  };
}

/** In their order; where there are too many, those whose changes are lost first. */
export function nearestToLoss<Shard extends Pick<ShardStatus, 'lagSeconds'>>(shards: readonly Shard[], most: number) {
  const nearest = new Set([...shards].sort((a, b) => b.lagSeconds - a.lagSeconds).slice(0, most));
  return shards.filter((shard) => nearest.has(shard));
}
