import { datasetRoot } from '../../shared/archive/layout.ts';
import { lifecycleRules } from '../../shared/archive/lifecycle.ts';
import { s3ArchiveStore } from '../../shared/aws/archiveStore.ts';
import { provisionLifecycle } from '../../shared/aws/provisionLifecycle.ts';
import { provisionBucket } from '../../shared/aws/provisionRest.ts';
import { namesOf } from '../../shared/model/names.ts';
import { defineSystem } from '../../shared/model/system.ts';
import { vault } from '../support/given/vault.ts';
import { TurnedClock } from '../support/memory/turnedClock.ts';
import { coldObjectsContract } from './coldObjectsContract.ts';
import { gather } from './reading.ts';
import { REGION, turnedS3 } from './turnedS3.ts';

/* Only against our own endpoint: no other lets a test turn its clock. */

const DAY_MS = 86_400_000;

describe('cold objects over the SDK', () => {
  const clock = new TurnedClock();
  const clients = turnedS3(clock);
  let buckets = 0;
  const open = async (): Promise<string> => {
    const bucket = `cold-${++buckets}`;
    await provisionBucket(clients.s3, bucket, REGION);
    return bucket;
  };

  coldObjectsContract(async () => ({
    archive: s3ArchiveStore(clients.s3, await open()),
    now: () => clock.now(),
    turn: (ms) => clock.advance(ms),
  }));

  describe('by the lifecycle of a declaration', () => {
    const journal = { storageClass: 'GLACIER', afterDays: 30, lifeDays: 900 } as const;
    const system = defineSystem({ ...vault, archive: { journal } });
    const names = namesOf(system, 'dev');
    const rules = lifecycleRules(system, names);

    test('segments move and end, small and loose ones only end, manifests stay', async () => {
      const bucket = await open();
      expect(await provisionLifecycle(clients.s3, bucket, rules)).toBe(true);
      const archive = s3ArchiveStore(clients.s3, bucket);
      const segments = datasetRoot(system, names, 'segments', 'journal');
      const loose = 'v1/journal/vault/dev/_/vault-dev/a';
      const manifest = 'v1/manifests/vault/dev/_/vault-dev/journal/00000000.json.gz';
      const [large, small] = [new Uint8Array(2_000_000), new Uint8Array(10)];
      for (const key of [`${segments}large`, loose, manifest]) await archive.putIfAbsent(key, large);
      await archive.putIfAbsent(`${segments}small`, small);
      const listed = async () =>
        (await gather(archive.list('v1/'))).map(({ key, storageClass }) => [key, storageClass]);
      const before = await listed();
      expect(before.map(([, storageClass]) => storageClass)).toEqual(before.map(() => 'STANDARD'));

      clock.advance(31 * DAY_MS);
      expect(await listed()).toEqual(before.map(([key]) => [key, key?.endsWith('large') ? 'GLACIER' : 'STANDARD']));
      expect(await archive.readability(`${segments}large`)).toEqual({ state: 'cold' });

      clock.advance(870 * DAY_MS);
      expect(await listed()).toEqual([[manifest, 'STANDARD']]);
    });

    test('rules are put once; those of others stay; ours go with the declaration', async () => {
      const bucket = await open();
      const own = [{ id: 'somebody-else', prefix: 'tmp/', expireDays: 3 }];
      await provisionLifecycle(clients.s3, bucket, own);
      expect(await provisionLifecycle(clients.s3, bucket, rules)).toBe(true);
      expect(await provisionLifecycle(clients.s3, bucket, rules)).toBe(false);
      expect(await provisionLifecycle(clients.s3, bucket, rules.slice(1))).toBe(true);
      expect(await provisionLifecycle(clients.s3, bucket, [])).toBe(true);
      expect(await provisionLifecycle(clients.s3, bucket, [])).toBe(false);
      const archive = s3ArchiveStore(clients.s3, bucket);
      await archive.putIfAbsent('tmp/a', new Uint8Array([1]));
      await archive.putIfAbsent('v1/a', new Uint8Array([1]));
      clock.advance(5 * DAY_MS);
      expect((await gather(archive.list(''))).map(({ key }) => key)).toEqual(['v1/a']);
    });

    test('the last of our rules goes with the whole lifecycle', async () => {
      const bucket = await open();
      await provisionLifecycle(clients.s3, bucket, rules);
      expect(await provisionLifecycle(clients.s3, bucket, [])).toBe(true);
      const archive = s3ArchiveStore(clients.s3, bucket);
      const key = `${datasetRoot(system, names, 'segments', 'journal')}a`;
      await archive.putIfAbsent(key, new Uint8Array([1]));
      clock.advance(2_000 * DAY_MS);
      expect(await gather(archive.list(key))).toHaveLength(1);
    });
  });
});
