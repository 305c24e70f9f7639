import type { S3Client } from '@aws-sdk/client-s3';
import { eventShelf } from '../../../events/archived.ts';
import { compact } from '../../../processors/archive/compact.ts';
import { s3ArchiveStore } from '../../../shared/aws/archiveStore.ts';
import type { RestoreTier } from '../../../shared/model/storagePrices.ts';
import { readReplay } from '../../../shared/state/replays.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { archiveReviews } from '../../support/given/archivedReviews.ts';
import { idsOf, names, REPLAY, replay } from '../../support/given/replaying.ts';
import { memoryState } from '../../support/memory/memoryState.ts';
import { MemoryTarget } from '../../support/memory/memoryTarget.ts';
import { Bench, BUCKET } from './endpoint.ts';

const HOUR_MS = 3_600_000;

describe.each([
  ['GLACIER', 'Expedited', 5 / 60],
  ['GLACIER', 'Standard', 5],
  ['DEEP_ARCHIVE', 'Bulk', 48],
] as const)('a history in %s, restored by %s', (storageClass, tier: RestoreTier, hours) => {
  const bench = new Bench('a folder');
  beforeAll(() => bench.startWithBucket());
  afterAll(() => bench.remove());

  const archiveOf = () => s3ArchiveStore(bench.client as S3Client, BUCKET);

  test('is asked for, waited for over a restart, and sent whole', async () => {
    const archive = archiveOf();
    await archiveReviews(archive, names, { reviews: 3, batches: 8, each: 5 });
    const now = Date.parse('2026-02-03T10:00:00.000Z');
    await compact(eventShelf(reviewer, names, archive), { segmentBytes: 1, patienceMs: 0, now });
    for await (const { key } of archive.list('v1/segments/')) await archive.move(key, storageClass);
    const [state, target, began] = [memoryState(), new MemoryTarget(), bench.clock.now()];
    const controller = new AbortController();
    let waits = 0;
    const pause = async (ms: number): Promise<void> => {
      bench.clock.turn(ms / HOUR_MS);
      if (++waits === 2) controller.abort();
    };
    const work = { state, target, pause, clock: bench.clock };
    const asked = { restore: { tier, days: 2 } };
    const stopped = await replay({ ...work, archive, signal: controller.signal }, 'a', asked);
    expect(stopped).toMatchObject({ state: 'stopped', sent: 0 });
    await bench.stop();
    await bench.start();
    expect(await replay({ ...work, archive: archiveOf() }, 'b')).toMatchObject({ state: 'done', sent: 40 });
    expect(new Set(idsOf(target.envelopes)).size).toBe(40);
    expect(await readReplay(state, REPLAY)).toMatchObject({ state: 'done' });
    expect((bench.clock.now() - began) / HOUR_MS).toBeGreaterThanOrEqual(hours);
    expect((bench.clock.now() - began) / HOUR_MS).toBeLessThan(hours + 0.2);
  });
});
