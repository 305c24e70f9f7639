import { s3ArchiveStore } from '../../shared/aws/archiveStore.ts';
import { MemoryArchive } from '../support/memory/memoryArchive.ts';
import { TurnedClock } from '../support/memory/turnedClock.ts';
import { archiveStoreContract } from './archiveStoreContract.ts';
import { coldObjectsContract } from './coldObjectsContract.ts';
import { localStages } from './localStages.ts';

describe('the archive in memory', () => {
  archiveStoreContract(async () => new MemoryArchive());
  coldObjectsContract(async () => {
    const clock = new TurnedClock();
    return { archive: new MemoryArchive(clock), now: () => clock.now(), turn: (ms) => clock.advance(ms) };
  });
});

describe('the archive over the SDK', () => {
  const open = localStages();
  archiveStoreContract(async () => (await open()).archive);

  test('an object that is moved again stays where it is', async () => {
    const { archive } = await open();
    await archive.putIfAbsent('k', new Uint8Array([1]));
    await archive.move('k', 'GLACIER_IR');
    await archive.move('k', 'GLACIER_IR');
  });

  test('a missing bucket is told as such', async () => {
    const { clients, names } = await open();
    const archive = s3ArchiveStore(clients.s3, `${names.bucket}-none`);
    await expect(archive.get('k')).rejects.toMatchObject({ code: 'BUCKET_MISSING' });
    await expect(archive.putIfAbsent('k', new Uint8Array([1]))).rejects.toMatchObject({ code: 'BUCKET_MISSING' });
  });
});
