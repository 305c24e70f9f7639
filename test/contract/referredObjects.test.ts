import { PutObjectCommand } from '@aws-sdk/client-s3';
import { s3ObjectWriter } from '../../shared/aws/objectWriter.ts';
import { s3ReferredObjects } from '../../shared/aws/referredObjects.ts';
import { MemoryArchive } from '../support/memory/memoryArchive.ts';
import { MemoryObjects } from '../support/memory/memoryObjects.ts';
import { localStages } from './localStages.ts';
import { referredObjectsContract } from './referredObjectsContract.ts';

describe('referred objects in memory', () => {
  referredObjectsContract(async () => {
    const archive = new MemoryArchive();
    const objects = new MemoryObjects(archive);
    return { objects, archive, bucket: 'theirs', put: async (ref, body) => objects.put(ref, body) };
  });
});

describe('referred objects over the SDK', () => {
  const open = localStages();
  referredObjectsContract(async () => {
    const { archive, clients, names } = await open();
    const bucket = `${names.bucket}-theirs`.slice(-63);
    const writer = s3ObjectWriter(clients.s3, 'us-east-1');
    // Makes the bucket.
    await writer.put({ bucket, key: 'first' }, new Uint8Array());
    return {
      objects: s3ReferredObjects(clients.s3, names.bucket),
      archive,
      bucket,
      put: (ref, body) => writer.put(ref, body),
    };
  });

  test('where the two have no checksum in common, both are read', async () => {
    const { archive, clients, names } = await open();
    const theirs = { Bucket: names.bucket, Key: 'theirs', Body: 'same', ChecksumAlgorithm: 'SHA256' as const };
    await clients.s3.send(new PutObjectCommand(theirs));
    await archive.putIfAbsent('equal', Buffer.from('same'));
    await archive.putIfAbsent('other', Buffer.from('some'));
    const copying = (to: string) =>
      s3ReferredObjects(clients.s3, names.bucket).copy({ bucket: names.bucket, key: 'theirs' }, () => to);
    expect(await copying('equal')).toMatchObject({ copy: 'equal', bytes: 4 });
    await expect(copying('other')).rejects.toMatchObject({ code: 'ARCHIVE_MISMATCH' });
  });

  test('a copy that is another object proves nothing', async () => {
    const { archive, clients, names } = await open();
    await clients.s3.send(new PutObjectCommand({ Bucket: names.bucket, Key: 'theirs', Body: 'mine' }));
    await archive.putIfAbsent('taken', Buffer.from('other'));
    const copying = s3ReferredObjects(clients.s3, names.bucket).copy(
      { bucket: names.bucket, key: 'theirs' },
      () => 'taken',
    );
    await expect(copying).rejects.toMatchObject({ code: 'ARCHIVE_MISMATCH', retry: false });
  });
});
