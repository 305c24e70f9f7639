import { datasetPrefix } from '../../../shared/archive/layout.ts';
import { listSpilled } from '../../../shared/archive/spilled.ts';
import { listSpills } from '../../../shared/state/spill.ts';
import type { World } from '../world.ts';

/** When the bus is well and all is read, nothing waits for it any more: no record, and no object that nobody remembers. */
export async function brokenSpills({ state, archive, system, names }: World): Promise<string[]> {
  const broken = (await listSpills(state)).map(({ shard }) => `spill: ${shard} is still spilled`);
  for await (const { key } of listSpilled(archive.store, datasetPrefix(system, names, 'spill')))
    broken.push(`spill: ${key} is left behind`);
  return broken;
}
