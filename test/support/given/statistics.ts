import { statisticsProcessor } from '../../../processors/statistics/handler.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import type { StateStore } from '../../../shared/ports/stateStore.ts';
import type { StreamSource } from '../../../shared/ports/streamSource.ts';
import { Lineage } from '../../../shared/stream/lineage.ts';
import type { Processor } from '../../../shared/stream/processor.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import type { MemoryTable } from '../memory/memoryTable.ts';

/** The reviewer's statistics over a table in memory. */
export const statisticsOver = (
  table: MemoryTable,
  { state, source }: { readonly state: StateStore; readonly source: StreamSource },
): Processor => statisticsProcessor(reviewer, { table, state, lineage: new Lineage(source), log: silentLog });
