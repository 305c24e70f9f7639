import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HeadObjectCommand, ListObjectVersionsCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { startS3 } from '../../infra/local/s3/server.ts';
import { lifecycleRules } from '../../shared/archive/lifecycle.ts';
import { s3ArchiveStore } from '../../shared/aws/archiveStore.ts';
import { type Clients, connect } from '../../shared/aws/clients.ts';
import { provisionLifecycle } from '../../shared/aws/provisionLifecycle.ts';
import { provisionProtection } from '../../shared/aws/provisionProtection.ts';
import { provisionBucket } from '../../shared/aws/provisionRest.ts';
import { namesOf } from '../../shared/model/names.ts';
import type { LockRule } from '../../shared/model/storageRules.ts';
import { defineSystem } from '../../shared/model/system.ts';
import { vault } from '../support/given/vault.ts';
import { MemoryArchive } from '../support/memory/memoryArchive.ts';
import { TurnedClock } from '../support/memory/turnedClock.ts';
import { acceptErrorsOfAllRealms } from './errorsOfAllRealms.ts';
import { lockedObjectsContract } from './lockedObjectsContract.ts';
import { gather } from './reading.ts';

/* Only against our own endpoint: no other lets a test turn its clock. */

const REGION = 'us-east-1';
const DAY_MS = 86_400_000;
const LOCK: LockRule = { mode: 'COMPLIANCE', days: 10 };
const BODY = new Uint8Array([1, 2, 3]);

describe('locked objects in memory', () => {
  lockedObjectsContract(async () => {
    const clock = new TurnedClock();
    const archive = new MemoryArchive(clock);
    return {
      archive,
      now: () => clock.now(),
      turn: (ms) => clock.advance(ms),
      putLocked: async (key) => {
        const lock = { mode: LOCK.mode, until: clock.now() + LOCK.days * DAY_MS };
        await archive.putIfAbsent(key, BODY);
        archive.lock(key, lock);
        return lock;
      },
    };
  });
});

describe('locked objects over the SDK', () => {
  const clock = new TurnedClock(Date.parse('2026-02-01T10:00:00.000Z'));
  let stop: () => Promise<void>;
  let clients: Clients;
  let buckets = 0;
  beforeAll(async () => {
    acceptErrorsOfAllRealms();
    const endpoint = await startS3({ clock });
    stop = endpoint.stop;
    const credentials = { accessKeyId: 'afterwrite', secretAccessKey: 'afterwrite' };
    clients = connect({ region: REGION, endpoints: { s3: endpoint.url }, credentials });
  });
  afterAll(async () => {
    clients.close();
    await stop();
  });
  const open = async (lock?: LockRule): Promise<string> => {
    const bucket = `locked-${++buckets}`;
    await provisionBucket(clients.s3, bucket, REGION, lock !== undefined);
    if (lock) await provisionProtection(clients.s3, bucket, { lock });
    return bucket;
  };
  const versions = async (bucket: string): Promise<number> => {
    const { Versions, DeleteMarkers } = await clients.s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    return (Versions ?? []).length + (DeleteMarkers ?? []).length;
  };

  lockedObjectsContract(async () => {
    const archive = s3ArchiveStore(clients.s3, await open(LOCK));
    return {
      archive,
      now: () => clock.now(),
      turn: (ms) => clock.advance(ms),
      putLocked: async (key) => {
        await archive.putIfAbsent(key, BODY);
        return { mode: LOCK.mode, until: clock.now() + LOCK.days * DAY_MS };
      },
    };
  });

  test('what is removed is hidden, and still locked; erased, no version and no marker of it is left', async () => {
    const bucket = await open(LOCK);
    const archive = s3ArchiveStore(clients.s3, bucket);
    await archive.putIfAbsent('k', BODY);
    await archive.putIfAbsent('k-beside', BODY);
    await archive.move('k', 'GLACIER_IR');
    await archive.remove('k');
    await expect(archive.get('k')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await versions(bucket)).toBe(4);
    await expect(archive.erase('k')).rejects.toMatchObject({ code: 'ARCHIVE_LOCKED' });
    expect(await versions(bucket)).toBe(4);
    clock.advance(LOCK.days * DAY_MS);
    await archive.erase('k');
    expect(await versions(bucket)).toBe(1);
    expect((await gather(archive.list(''))).map(({ key }) => key)).toEqual(['k-beside']);
  });

  test('a bucket that keeps versions without locks: erased is all of it', async () => {
    const bucket = await open();
    const archive = s3ArchiveStore(clients.s3, bucket);
    await archive.putIfAbsent('k', BODY);
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await clients.s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
    await archive.remove('k');
    await archive.putIfAbsent('k', new Uint8Array([4]));
    expect(await versions(bucket)).toBe(3);
    await archive.erase('k');
    expect(await versions(bucket)).toBe(0);
  });

  test('the lifecycle lets hidden versions go once no lock holds them', async () => {
    const system = defineSystem({ ...vault, archive: { lock: { mode: 'GOVERNANCE', days: 1 } } });
    const bucket = await open(system.archive.lock);
    await provisionLifecycle(clients.s3, bucket, lifecycleRules(system, namesOf(system, 'dev')));
    expect(await provisionLifecycle(clients.s3, bucket, lifecycleRules(system, namesOf(system, 'dev')))).toBe(false);
    const archive = s3ArchiveStore(clients.s3, bucket);
    await archive.putIfAbsent('v1/k', BODY);
    await archive.remove('v1/k');
    clock.advance(DAY_MS / 2);
    expect(await versions(bucket)).toBe(2);
    clock.advance(3 * DAY_MS);
    expect(await versions(bucket)).toBeLessThan(2);
    clock.advance(DAY_MS);
    expect(await versions(bucket)).toBe(0);
  });

  test('a declared lock and key are put once, on a bucket that was made without them too', async () => {
    const bucket = await open();
    const encryption = { kmsKeyId: 'alias/archive' };
    const provisioned = async (): Promise<boolean[]> =>
      (await provisionProtection(clients.s3, bucket, { lock: LOCK, encryption })).map(({ made }) => made);
    expect(await provisioned()).toEqual([true, true]);
    expect(await provisioned()).toEqual([false, false]);
    const archive = s3ArchiveStore(clients.s3, bucket);
    await archive.putIfAbsent('k', BODY);
    const told = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'alias/archive', ObjectLockMode: 'COMPLIANCE' };
    expect(await clients.s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'k' }))).toMatchObject(told);
  });

  test('each object is encrypted with the key that is given, whatever the bucket says; moved ones too', async () => {
    const bucket = await open();
    const archive = s3ArchiveStore(clients.s3, bucket, 'alias/own');
    const told = async () => clients.s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'k' }));
    await archive.putIfAbsent('k', BODY);
    expect(await told()).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'alias/own' });
    await archive.move('k', 'GLACIER_IR');
    expect(await told()).toMatchObject({ SSEKMSKeyId: 'alias/own', StorageClass: 'GLACIER_IR' });
  });
});

test('a folder keeps versions, markers and locks over a restart', async () => {
  acceptErrorsOfAllRealms();
  const clock = new TurnedClock(Date.parse('2026-02-01T10:00:00.000Z'));
  const dir = mkdtempSync(join(tmpdir(), 'afterwrite-versions-'));
  const inTurn = async (work: (clients: Clients) => Promise<void>): Promise<void> => {
    const endpoint = await startS3({ clock, dir });
    const credentials = { accessKeyId: 'afterwrite', secretAccessKey: 'afterwrite' };
    const clients = connect({ region: REGION, endpoints: { s3: endpoint.url }, credentials });
    await work(clients).finally(() => clients.close());
    await endpoint.stop();
  };
  await inTurn(async ({ s3 }) => {
    await provisionBucket(s3, 'kept', REGION, true);
    await provisionProtection(s3, 'kept', { lock: LOCK });
    const archive = s3ArchiveStore(s3, 'kept');
    await archive.putIfAbsent('k', BODY);
    await archive.move('k', 'GLACIER_IR');
    await archive.putIfAbsent('gone', BODY);
    await archive.remove('gone');
  });
  await inTurn(async ({ s3 }) => {
    const archive = s3ArchiveStore(s3, 'kept');
    expect((await gather(archive.list(''))).map(({ key }) => key)).toEqual(['k']);
    expect([...(await archive.get('k'))]).toEqual([...BODY]);
    await expect(archive.erase('gone')).rejects.toMatchObject({ code: 'ARCHIVE_LOCKED' });
    clock.advance(LOCK.days * DAY_MS);
    await archive.erase('gone');
    await archive.erase('k');
  });
  await inTurn(async ({ s3 }) => {
    const { Versions, DeleteMarkers } = await s3.send(new ListObjectVersionsCommand({ Bucket: 'kept' }));
    expect([Versions ?? [], DeleteMarkers ?? []]).toEqual([[], []]);
  });
  expect(readdirSync(join(dir, 's3/kept/bodies'))).toEqual([]);
  rmSync(dir, { recursive: true });
});
