import { drain } from '../../../processors/fanout/drain.ts';
import { listSpilled, spillPlace } from '../../../shared/archive/spilled.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import { listSpills } from '../../../shared/state/spill.ts';
import { Ancestry } from '../../../shared/stream/ancestry.ts';
import { memoryStreamSource } from '../../support/memory/memoryStreamSource.ts';
import type { World } from '../world.ts';

/**
 * When the bus is well and all is read, nothing waits for it any more: no object, and no record that the next look of a
 * drainer would not remove. (A record may come late, of an append whose object was published since.)
 */
export async function brokenSpills({ state, archive, system, names, table }: World): Promise<string[]> {
  const place = spillPlace(system, names);
  const broken: string[] = [];
  for await (const { key } of listSpilled(archive.store, place)) broken.push(`spill: ${key} is left behind`);
  if (broken.length > 0) return broken;
  const ancestry = new Ancestry(memoryStreamSource(table.stream));
  const inner = {
    name: 'fanout',
    process: async () => void broken.push('spill: something is drained, and nothing was there'),
  };
  await drain(
    { state, archive: archive.store, place, ancestry, log: silentLog, system, inner },
    new AbortController().signal,
  );
  return [...broken, ...(await listSpills(state)).map(({ shard }) => `spill: ${shard} is still spilled`)];
}
