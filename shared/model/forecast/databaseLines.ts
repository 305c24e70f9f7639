import { writeUnitsOf } from './footprint.ts';
import { type Line, MILLION, type Month } from './month.ts';

/** A mark, and the delete. */
const WRITES_A_LEAVING = 2;
/** It is noted, and removed when its time has come. */
const WRITES_A_DUE = 2;
/** Checkpoints of statistics and fan-out; the archive's, and its count of records. */
const STATE_WRITES_A_BATCH = 2;

/** Writes and reads that are ours. Tables are on demand; of one that is provisioned they are what its units must bear. */
export function databaseLines({ footprint, prices, changes, batches }: Month): Line[] {
  const { writeUnits, readUnits } = prices.dynamodb;
  const writes = (what: string, units: number): Line => ({
    service: 'DynamoDB',
    what,
    quantity: units,
    unit: 'write units',
    dollars: (units / MILLION) * writeUnits,
  });
  const leaving = changes * footprint.leaving * WRITES_A_LEAVING * writeUnitsOf(footprint.itemBytes);
  const reads = changes * footprint.readUnits;
  return [
    writes('statistics', changes * footprint.writeUnits),
    writes("statistics' index entries", changes * footprint.indexUnits),
    writes('what leaves the table', leaving),
    writes('due entries', changes * footprint.due * WRITES_A_DUE),
    writes('checkpoints', (batches.live + batches.archive) * STATE_WRITES_A_BATCH),
    {
      service: 'DynamoDB',
      what: 'statistics, before they are written',
      quantity: reads,
      unit: 'read units',
      dollars: (reads / MILLION) * readUnits,
    },
  ];
}
