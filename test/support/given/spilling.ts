import { type Drainer, drain } from '../../../processors/fanout/drain.ts';
import { asksForEvents, fanoutProcessor } from '../../../processors/fanout/handler.ts';
import { type SpillPorts, spillingProcessor } from '../../../processors/fanout/spilling.ts';
import { spillPlace } from '../../../shared/archive/spilled.ts';
import { namesOf } from '../../../shared/model/names.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import type { Shard } from '../../../shared/ports/streamSource.ts';
import { Ancestry } from '../../../shared/stream/ancestry.ts';
import type { Change } from '../../../shared/stream/change.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { MemoryArchive } from '../memory/memoryArchive.ts';
import { MemoryBus } from '../memory/memoryBus.ts';
import { memoryState } from '../memory/memoryState.ts';
import { TurnedClock } from '../memory/turnedClock.ts';
import { changeOf } from './changes.ts';
import { claimsIn } from './claims.ts';
import { versionItem } from './reviewerItems.ts';

export const SPILL_PLACE = spillPlace(reviewer, namesOf(reviewer, 'test'));

/** Fan-out of the reviewer system that spills, and its drainer, in memory. */
export function givenSpilling(shards: readonly Shard[] = [{ id: 'shard-1', parent: undefined }]) {
  const [bus, archive, state, clock] = [new MemoryBus(), new MemoryArchive(), memoryState(), new TurnedClock()];
  const origin = { stage: 'test', table: 'reviews' };
  const claims = claimsIn(archive);
  const retry = { retries: 0, minTimeout: 0, maxTimeout: 0 };
  const inner = fanoutProcessor(reviewer, origin, { bus, claims, state, log: silentLog, retry });
  let ids = 0;
  const ports: SpillPorts = {
    state,
    archive,
    place: SPILL_PLACE,
    ancestry: new Ancestry({ shards: async () => [...shards] }),
    clock,
    newId: () => String(ids++),
    log: silentLog,
  };
  const drainer: Drainer = { ...ports, system: reviewer, inner };
  return {
    ...{ bus, archive, state, clock, drainer },
    live: spillingProcessor(inner, asksForEvents(reviewer, origin, claims), ports),
    drain: (signal = new AbortController().signal) => drain(drainer, signal),
    published: () => bus.taken.map(({ detail }): string => JSON.parse(detail).metadata.sequence),
  };
}

/** A new review, which asks for one event. */
export const requested = (sequence: string, shard = 'shard-1', reviewId = 'r1'): Change =>
  changeOf({ new: versionItem({ reviewId, version: Number(sequence) }), sequence, shard });
