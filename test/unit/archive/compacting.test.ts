import { runCompactor } from '../../../infra/pipeline/compacting.ts';
import type { Workplace } from '../../../infra/pipeline/workplace.ts';
import { archiveProcessor } from '../../../processors/archive/handler.ts';
import { manifestKey } from '../../../shared/archive/manifest.ts';
import { journalShelf } from '../../../shared/archive/shelf.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import { keysUnder } from '../../support/given/archivedHistory.ts';
import { NOTED_AT, noted, tenancy, tenancyNames } from '../../support/given/tenancy.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';
import { memoryState } from '../../support/memory/memoryState.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

test('a broken chain of one tenant keeps no other from being compacted', async () => {
  const [archive, state] = [new MemoryArchive(), memoryState()];
  const clock = new TurnedClock(NOTED_AT + 10 * 86_400_000);
  const changes = ['a', 'b'].map((of, i) => noted(of, 'n1', { sequence: String(10 + i) }));
  await archiveProcessor(tenancy, tenancyNames, { archive, state }).process(changes);
  const [broken, other] = ['a', 'b'].map((tenant) => journalShelf(tenancy, tenancyNames, archive, { tenant }));
  await archive.putIfAbsent(manifestKey(broken?.manifests ?? '', 0), Buffer.from('no manifest'));

  const stopped = new AbortController();
  const once = async (_lease: string, signal: AbortSignal, work: (mine: AbortSignal) => Promise<unknown>) => {
    await work(signal);
    stopped.abort();
  };
  const told: unknown[] = [];
  const log = { ...silentLog, error: (about: unknown) => told.push(about) };
  const place = { system: tenancy, names: tenancyNames, archive, state } as unknown as Workplace;
  const options = { clock, pause: async () => {}, random: () => 0.5, log };
  await runCompactor(place, options, { once } as never, stopped.signal);
  expect(told).toMatchObject([{ code: 'ARCHIVE_BROKEN', dataset: 'journal', tenant: 'a' }]);
  expect(await keysUnder(archive, other?.segments ?? '')).toHaveLength(1);
});
