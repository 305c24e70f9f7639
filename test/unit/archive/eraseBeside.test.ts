import { compact } from '../../../processors/archive/compact.ts';
import { erase } from '../../../processors/archive/erase/erase.ts';
import { survey } from '../../../processors/archive/erase/survey.ts';
import { readHistory } from '../../../shared/archive/history.ts';
import type { Shelf } from '../../../shared/archive/shelf.ts';
import { namesOf } from '../../../shared/model/names.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { archivedHistory, HISTORY_END, keysUnder } from '../../support/given/archivedHistory.ts';
import { FailingArchive } from '../../support/memory/failingArchive.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';
import { memoryState } from '../../support/memory/memoryState.ts';

const names = namesOf(reviewer, 'test');
const OPTIONS = { segmentBytes: 1, patienceMs: 0, now: HISTORY_END };

const itemsOf = async (shelf: Shelf): Promise<string[]> => {
  const items: string[] = [];
  for await (const rows of readHistory(shelf)) items.push(...rows.map(({ item }) => item));
  return items.sort();
};

test('a compactor that makes the segment again, which the eraser is about to remove, loses nothing of others', async () => {
  const archive = new MemoryArchive();
  const { journal } = await archivedHistory(archive, names);
  const dying = new FailingArchive(archive);
  dying.putIfAbsent = async (key, ...rest) => {
    if (key.startsWith(journal.manifests)) throw new Error('killed');
    return archive.putIfAbsent(key, ...rest);
  };
  const named = await keysUnder(archive, journal.segments);
  await expect(compact({ ...journal, archive: dying }, OPTIONS)).rejects.toThrow('killed');
  const [stray] = (await keysUnder(archive, journal.segments)).filter((key) => !named.includes(key));
  expect(stray).toBeDefined();

  const others = (await itemsOf(journal)).filter((item) => !item.startsWith('FINDING#f1'));
  const slow = new FailingArchive(archive);
  slow.erase = async (key) => {
    if (key === stray) await compact(journal, OPTIONS);
    await archive.erase(key);
  };
  const context = { system: reviewer, names, archive: slow, state: memoryState() };
  const subject = { keys: [], partitions: ['FINDING#f1'], fields: [] };
  await erase(context, await survey(context, subject, { now: HISTORY_END }), { now: HISTORY_END });
  expect(await itemsOf(journal)).toEqual(others);
});
