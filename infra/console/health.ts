import { isoUtc } from '../../shared/model/time.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import { declarationChanges } from '../../shared/state/declared.ts';
import { stageTime } from '../../shared/state/fedClock.ts';
import { readGates } from '../../shared/state/gates.ts';
import { totalUnmatched } from '../../shared/state/unmatched.ts';
import { inWords, REBUILD_CHANGED } from '../pipeline/declared.ts';
import { PARKING } from '../pipeline/parkedItems.ts';
import type { Workplace } from '../pipeline/workplace.ts';
import { incompleteStatus, type ShardStatus, shardStatus } from '../views/lag.ts';
import { spillStatus } from '../views/spill.ts';
import type { Health, Notice } from './wire.ts';

const MOST_SHARDS = 200;

/** The same that `afterwrite status` says. Reads each shard's oldest unread record. */
export async function healthOf(place: Workplace, clock: Clock): Promise<Health> {
  const shards = await shardStatus(place, clock);
  const { now, fed } = await stageTime(place.state, clock);
  const parked = await parkedItemsIn(place);
  const open = shards.filter(({ finished }) => !finished);
  return {
    clock: { now: isoUtc(now), fed },
    shards: open.slice(0, MOST_SHARDS),
    finishedShards: new Set(shards.filter(({ finished }) => finished).map(({ shard }) => shard)).size,
    notices: [...(await losses(place)), ...(await waits(place)), ...unread(open)],
    parked,
  };
}

async function parkedItemsIn({ state }: Workplace): Promise<number> {
  let items = 0;
  for (const processor of PARKING)
    for await (const gate of readGates(state, processor)) if (gate.state !== 'open') items++;
  return items;
}

async function losses(place: Workplace): Promise<Notice[]> {
  const incomplete = await incompleteStatus(place);
  const changed = await declarationChanges(place.system, place.state);
  return [
    ...incomplete.map(({ shard, reason }) => ({
      level: 'bad' as const,
      text: `Changes of ${shard === 'all' ? 'the table' : shard} were lost: ${reason}.`,
      mend: "'afterwrite rebuild' makes up for it",
    })),
    ...changed.map((change) => ({
      level: 'warning' as const,
      text: `The declaration changed: ${inWords(change)}.`,
      mend: REBUILD_CHANGED,
    })),
  ];
}

async function waits(place: Workplace): Promise<Notice[]> {
  const unmatched = await totalUnmatched(place.state);
  const spilled = await spillStatus(place);
  return [
    ...spilled.map(({ shard, since, changes }) => ({
      level: 'warning' as const,
      text: `The bus was out at ${since}: events of ${changes} changes of ${shard} wait in the archive.`,
      mend: 'they are published in order as soon as the bus takes them',
    })),
    ...(unmatched.changes > 0
      ? [
          {
            level: 'warning' as const,
            text: `${unmatched.changes} changes are of items that no entity matches, such as ${unmatched.sample}.`,
            mend: 'declare an entity for them; till then they are journalled and not processed',
          },
        ]
      : []),
  ];
}

/** Lag of a reader that works is some seconds. */
const LATE_SECONDS = 60;

function unread(open: readonly ShardStatus[]): Notice[] {
  if (!open.some(({ owner, lagSeconds }) => owner === null && lagSeconds >= LATE_SECONDS)) return [];
  return [
    {
      level: 'bad',
      text: 'Nobody reads the stream, and changes wait in it.',
      mend: "'afterwrite run' reads it; what is not read within 24 hours is lost",
    },
  ];
}
