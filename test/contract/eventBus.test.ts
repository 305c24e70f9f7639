import { eventBridgeBus } from '../../shared/aws/eventBus.ts';
import { MemoryBus } from '../support/memory/memoryBus.ts';
import { eventBusContract } from './eventBusContract.ts';
import { localStages } from './localStages.ts';

describe('the bus in memory', () => {
  eventBusContract(async () => {
    const bus = new MemoryBus();
    return { bus, delivered: () => bus.taken.map(({ detail }) => detail) };
  });
});

describe('the bus over the SDK', () => {
  const stages = localStages();
  eventBusContract(async () => {
    const { bus, names } = await stages();
    const detailOf = (line: string): string => JSON.stringify(JSON.parse(line).detail);
    return { bus, delivered: () => stages.delivered(names.logGroup)?.map(detailOf) };
  });

  test('a bus that does not exist is BUS_MISSING, for PutEvents itself would answer success', async () => {
    const { clients, names } = await stages();
    const missing = eventBridgeBus(clients.events, `${names.bus}-none`);
    await expect(missing.describe()).rejects.toMatchObject({ code: 'BUS_MISSING', retry: false });
  });
});
