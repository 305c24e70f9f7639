import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { auditArchive } from '../../processors/archive/audit/audit.ts';
import { namesOf } from '../../shared/model/names.ts';
import { reviewer } from '../../shared/systems/reviewer.ts';
import { archivedHistory, flipByte, HISTORY_END, keysUnder, putInstead } from '../support/given/archivedHistory.ts';
import { MemoryArchive } from '../support/memory/memoryArchive.ts';

/* Whatever byte of whatever object is another one, or wherever an object ends: an audit finds a hole, unless it reads the same. */

const names = namesOf(reviewer, 'test');

function contentOf(body: Uint8Array): string | undefined {
  try {
    return gunzipSync(body).toString();
  } catch {
    return undefined;
  }
}

async function damaged(harm: (archive: MemoryArchive, key: string) => Promise<void>, which: number) {
  const archive = new MemoryArchive();
  await archivedHistory(archive, names);
  const keys = await keysUnder(archive, 'v1/');
  const key = keys[which % keys.length] as string;
  const before = contentOf(await archive.get(key));
  await harm(archive, key);
  const { findings } = await auditArchive(reviewer, names, archive, { now: HISTORY_END });
  return {
    same: contentOf(await archive.get(key)) === before,
    holes: findings.filter(({ level }) => level === 'hole'),
  };
}

test('a flipped byte, anywhere', async () => {
  let found = 0;
  await fc.assert(
    fc.asyncProperty(fc.nat(100), fc.nat(5_000), async (which, at) => {
      const { same, holes } = await damaged((archive, key) => flipByte(archive, key, at), which);
      if (holes.length > 0) found++;
      return same || holes.length > 0;
    }),
    { numRuns: 150 },
  );
  expect(found).toBeGreaterThan(100);
});

test('an object that ends too early', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(100), fc.nat(5_000), async (which, at) => {
      const { holes } = await damaged(async (archive, key) => {
        const body = await archive.get(key);
        await putInstead(archive, key, body.slice(0, at % body.length));
      }, which);
      return holes.length > 0;
    }),
    { numRuns: 100 },
  );
});
