import {
  CopyObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  RestoreObjectCommand,
  type StorageClass,
  type Tier,
} from '@aws-sdk/client-s3';
import { RESTORE_HOURS } from '../../support/given/restoreHours.ts';
import { Bench, BUCKET } from './endpoint.ts';

describe.each(['a folder', 'memory'] as const)('cold objects kept in %s', (keeps) => {
  const bench = new Bench(keeps);
  beforeAll(() => bench.startWithBucket());
  afterAll(() => bench.remove());

  const put = (Key: string, StorageClass: StorageClass) =>
    bench.client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'cold', StorageClass }));
  const read = async (Key: string) =>
    (await bench.client.send(new GetObjectCommand({ Bucket: BUCKET, Key }))).Body?.transformToString();
  const head = (Key: string) => bench.client.send(new HeadObjectCommand({ Bucket: BUCKET, Key }));
  const restore = (Key: string, tier: Tier, Days = 1) =>
    bench.client.send(
      new RestoreObjectCommand({ Bucket: BUCKET, Key, RestoreRequest: { Days, GlacierJobParameters: { Tier: tier } } }),
    );
  const restart = async () => {
    if (keeps === 'memory') return;
    await bench.stop();
    await bench.start();
  };

  test('GLACIER_IR is read at once', async () => {
    await put('instant', 'GLACIER_IR');
    expect(await read('instant')).toBe('cold');
    expect((await head('instant')).StorageClass).toBe('GLACIER_IR');
  });

  test.each(RESTORE_HOURS)(
    '%s by %s: %d hours, and cold again after its days; restarts change nothing',
    async (storageClass, tier, hours) => {
      const key = `${storageClass}-${tier}`;
      await put(key, storageClass);
      await expect(read(key)).rejects.toMatchObject({
        name: 'InvalidObjectState',
        StorageClass: storageClass,
        $metadata: { httpStatusCode: 403 },
      });
      expect((await head(key)).Restore).toBeUndefined();

      expect((await restore(key, tier, 2)).$metadata.httpStatusCode).toBe(202);
      await restart();
      bench.clock.turn(hours - 0.01);
      expect((await head(key)).Restore).toBe('ongoing-request="true"');
      await expect(read(key)).rejects.toMatchObject({ name: 'InvalidObjectState' });
      await expect(restore(key, tier)).rejects.toMatchObject({ name: 'RestoreAlreadyInProgress' });

      bench.clock.turn(0.02);
      expect(await read(key)).toBe('cold');
      expect(await head(key)).toMatchObject({
        StorageClass: storageClass,
        Restore: expect.stringMatching(/^ongoing-request="false", expiry-date=".* 00:00:00 GMT"$/),
      });
      await restart();
      expect(await read(key)).toBe('cold');
      expect((await restore(key, tier, 3)).$metadata.httpStatusCode).toBe(200);

      bench.clock.turn(24 * 4);
      await expect(read(key)).rejects.toMatchObject({ name: 'InvalidObjectState' });
      expect((await head(key)).Restore).toBeUndefined();
    },
  );

  test('refused: Expedited for DEEP_ARCHIVE, a restore of a warm or an absent object', async () => {
    await put('deep', 'DEEP_ARCHIVE');
    await expect(restore('deep', 'Expedited')).rejects.toMatchObject({ name: 'InvalidArgument' });
    await put('warm', 'STANDARD');
    await expect(restore('warm', 'Standard')).rejects.toMatchObject({ name: 'InvalidObjectState' });
    await expect(restore('none', 'Standard')).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(restore('deep', 'Standard', 0)).rejects.toMatchObject({ name: 'MalformedXML' });
  });

  test('a copy onto itself makes it cold; a cold one is copied only once restored', async () => {
    await put('moving', 'STANDARD');
    const copy = (Key: string, StorageClass: StorageClass) =>
      bench.client.send(new CopyObjectCommand({ Bucket: BUCKET, Key, CopySource: `${BUCKET}/moving`, StorageClass }));
    await copy('moving', 'GLACIER');
    await expect(read('moving')).rejects.toMatchObject({ name: 'InvalidObjectState' });
    await expect(copy('thawed', 'STANDARD')).rejects.toMatchObject({ name: 'InvalidObjectState' });
    await restore('moving', 'Expedited');
    bench.clock.turn(1);
    await copy('thawed', 'STANDARD');
    expect(await read('thawed')).toBe('cold');
    await copy('moving', 'STANDARD');
    bench.clock.turn(24 * 30);
    expect(await read('moving')).toBe('cold');
    expect((await head('moving')).Restore).toBeUndefined();
  });

  test('an overwrite drops a restore; listings tell the class', async () => {
    await put('again', 'GLACIER');
    await restore('again', 'Expedited');
    bench.clock.turn(1);
    await put('again', 'GLACIER');
    await expect(read('again')).rejects.toMatchObject({ name: 'InvalidObjectState' });
    const listed = await bench.client.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: 'again' }));
    expect(listed.Contents?.[0]?.StorageClass).toBe('GLACIER');
  });
});
