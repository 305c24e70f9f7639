import { type SpillPlace, writeSpilled } from '../../shared/archive/spilled.ts';
import { isAfterwriteError } from '../../shared/model/errors.ts';
import type { ArchiveStore } from '../../shared/ports/archiveStore.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Log } from '../../shared/ports/log.ts';
import type { StateStore } from '../../shared/ports/stateStore.ts';
import { listSpills, noteSpilled, type Spill } from '../../shared/state/spill.ts';
import type { Ancestry } from '../../shared/stream/ancestry.ts';
import type { Change } from '../../shared/stream/change.ts';
import type { Processor } from '../../shared/stream/processor.ts';
import { isAfter } from '../../shared/stream/sequence.ts';

export interface SpillPorts {
  readonly state: StateStore;
  readonly archive: ArchiveStore;
  readonly place: SpillPlace;
  readonly ancestry: Ancestry;
  readonly clock: Clock;
  /** Names that nobody ever had. */
  readonly newId: () => string;
  readonly log: Log;
}

/** Whether fan-out has anything to do with a change: it asks for events, or can't be decided. */
export type Asks = (change: Change) => boolean;

/**
 * Fan-out that does not wait for the bus. States of a shard: live -> spilled (the bus was not to be reached: the changes that
 * ask for events are appended to what waits in the archive, and so are those of every shard that came from this one) ->
 * live (the drainer found nothing left).
 *
 * What is done of a shard without a record is published; what is done of one with a record is published, or lies there in
 * the order of its sequence numbers. Readers that do not know of each other yet may put the same changes twice, in other
 * cuts: events keep their ids, and whoever puts a later change has done all that lies before it.
 */
export function spillingProcessor(inner: Processor, asks: Asks, ports: SpillPorts): Processor {
  return {
    name: inner.name,
    fresh: () => spillingProcessor(inner.fresh?.() ?? inner, asks, ports),
    async process(changes) {
      const [first] = changes;
      if (!first) return;
      const { shard, sequence } = first.position;
      if (await isSpilled(ports, { shard, first: sequence })) return append(ports, changes.filter(asks));
      try {
        await inner.process(changes);
      } catch (error) {
        if (!isAfterwriteError(error, 'PUBLISH_FAILED')) throw error;
        await append(ports, changes.filter(asks));
        ports.log.warn(
          { shard, code: error.code },
          `events wait in the archive from now on: ${error.message}; ${error.mend}`,
        );
      }
    },
  };
}

async function isSpilled({ state, ancestry }: SpillPorts, own: Pick<Spill, 'shard' | 'first'>): Promise<boolean> {
  const spills = await listSpills(state);
  if (spills.length === 0) return false;
  if (spills.some(({ shard }) => shard === own.shard)) return true;
  await ancestry.meet([own.shard, ...spills.map(({ shard }) => shard)]);
  return spills.some((spill) => comesBefore(ancestry, spill, own));
}

/** The objects first, then the record: what the record waits for is there. */
async function append({ state, archive, place, clock, newId }: SpillPorts, changes: readonly Change[]): Promise<void> {
  const [first] = changes;
  if (!first) return;
  const { shard, sequence } = first.position;
  await writeSpilled(archive, place, changes);
  await noteSpilled(state, { shard, spell: newId(), since: clock.now(), first: sequence });
}

/** Whether what one shard has spilled must be published before anything of another: never both ways round. */
export const comesBefore = (
  ancestry: Ancestry,
  earlier: Pick<Spill, 'shard' | 'first'>,
  later: Pick<Spill, 'shard' | 'first'>,
): boolean =>
  earlier.shard !== later.shard &&
  isAfter(later.first, earlier.first) &&
  ancestry.mayDescend(later.shard, earlier.shard);
