import { reviewer } from '../../shared/systems/reviewer.ts';
import { memoryStreamSource } from '../support/memory/memoryStreamSource.ts';
import { MemoryTable } from '../support/memory/memoryTable.ts';
import { TurnedClock } from '../support/memory/turnedClock.ts';
import { localStages } from './localStages.ts';
import { tableStoreContract } from './tableStoreContract.ts';

describe('the table in memory', () => {
  tableStoreContract(async () => {
    const table = new MemoryTable(reviewer.table, new TurnedClock());
    return { table, source: memoryStreamSource(table.stream) };
  });
});

describe('the table over the SDK', () => {
  const open = localStages();
  tableStoreContract(async () => {
    const place = await open();
    return { table: place.table, source: await place.stream() };
  });
});
