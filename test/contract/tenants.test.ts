import { shelvesOf } from '../../events/archived.ts';
import { compact } from '../../processors/archive/compact.ts';
import { archiveProcessor } from '../../processors/archive/handler.ts';
import { readHistory } from '../../shared/archive/history.ts';
import { listDataset } from '../../shared/archive/listing.ts';
import { journalShelves } from '../../shared/archive/shelf.ts';
import type { ArchiveStore } from '../../shared/ports/archiveStore.ts';
import { NOTED_AT, tenancyNames as names, noted, ODD_TENANTS, tenancy } from '../support/given/tenancy.ts';
import { MemoryArchive } from '../support/memory/memoryArchive.ts';
import { memoryState } from '../support/memory/memoryState.ts';
import { localStages } from './localStages.ts';
import { gather } from './reading.ts';

/** Names of tenants go through every layer of an archive as they are: what a client or a server makes of a key is no matter. */
function tenantsContract(make: () => Promise<ArchiveStore>): void {
  test.each([false, true])(
    'tenants of any name are written, found and read apart (compacted: %s)',
    async (compacted) => {
      const archive = await make();
      const changes = ODD_TENANTS.map((of, i) => noted(of, 'n1', { sequence: String(10 + i) }));
      await archiveProcessor(tenancy, names, { archive, state: memoryState() }).process(changes);
      const options = { segmentBytes: 1_000, patienceMs: 0, everything: true, now: NOTED_AT };
      if (compacted) for (const shelf of await shelvesOf(tenancy, names, archive)) await compact(shelf, options);
      expect(await journalShelves(tenancy, names, archive)).toHaveLength(ODD_TENANTS.length);
      for (const [i, tenant] of ODD_TENANTS.entries()) {
        const shelves = await journalShelves(tenancy, names, archive, { tenant });
        const rows = (await Promise.all(shelves.map((shelf) => gather(readHistory(shelf))))).flat(2);
        expect(rows.map(({ id }) => id)).toEqual([`event-${10 + i}`]);
        expect(await gather(listDataset(tenancy, names, archive, 'segments', tenant))).toHaveLength(compacted ? 2 : 0);
      }
    },
  );
}

describe('in memory', () => tenantsContract(async () => new MemoryArchive()));

describe('over the SDK', () => {
  const open = localStages();
  tenantsContract(async () => (await open()).archive);
});
