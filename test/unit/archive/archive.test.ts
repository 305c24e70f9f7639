import { archiveProcessor } from '../../../processors/archive/handler.ts';
import { planArchive } from '../../../processors/archive/plan.ts';
import { readJournal } from '../../../shared/archive/journal.ts';
import { readLines, writeProven } from '../../../shared/archive/lines.ts';
import { namesOf } from '../../../shared/model/names.ts';
import type { ArchiveStore } from '../../../shared/ports/archiveStore.ts';
import type { Change } from '../../../shared/stream/change.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { changeOf } from '../../support/given/changes.ts';
import { versionItem } from '../../support/given/reviewerItems.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';
import { memoryState } from '../../support/memory/memoryState.ts';

const names = namesOf(reviewer, 'test');
const origin = { stage: 'test', table: names.table };
const at = (time: string): number => Date.parse(`2026-02-01T${time}:00.000Z`);

async function journal(archive: ArchiveStore): Promise<Change[]> {
  const changes: Change[] = [];
  for await (const change of readJournal(reviewer, names, archive)) changes.push(change);
  return changes;
}
async function keysOf(archive: ArchiveStore, under: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of archive.list(under)) keys.push(key);
  return keys;
}

test('every change is in the journal, the malformed and the unknown too, each in its hour', () => {
  const changes = [
    changeOf({ new: versionItem(), sequence: '98', at: at('09:59') }),
    changeOf({ new: versionItem({ riskScore: 140 }), sequence: '99', at: at('10:00') }),
    changeOf({ new: { ...versionItem(), PK: { S: 'SESSION#1' } }, sequence: '100', at: at('10:59') }),
  ];
  const plan = planArchive(reviewer, origin, changes);
  expect(plan.journal.map(({ hour, first, last, lines }) => [hour, first, last, [...lines].length])).toEqual([
    [at('09:00'), '98', '98', 1],
    [at('10:00'), '99', '100', 2],
  ]);
  expect(plan.events.map(({ lines }) => [...lines].length)).toEqual([1]);
});

test('what is read from the journal is what was written: images, cause, place and binary values', async () => {
  const archive = new MemoryArchive();
  const item = {
    ...versionItem({ version: 2 }),
    blob: { BS: [new Uint8Array([0, 255])] },
    big: { N: '12345678901234567890123456789012345678' },
  };
  const changes = [changeOf({ new: item, sequence: '1' }), changeOf({ old: item, byTtl: true, sequence: '2' })];
  await archiveProcessor(reviewer, names, { archive, state: memoryState() }).process(changes);
  const read = await journal(archive);
  expect(read.map(({ cause, position, eventId }) => [cause, position, eventId])).toEqual(
    changes.map(({ cause, position, eventId }) => [cause, position, eventId]),
  );
  expect(read[0]?.record.new).toEqual(item);
  expect(read[1]?.record.old).toEqual(item);
});

test('the same batch again writes nothing new, another cut of it is read once all the same', async () => {
  const archive = new MemoryArchive();
  const processor = archiveProcessor(reviewer, names, { archive, state: memoryState() });
  const changes = ['98', '99', '100'].map((sequence) =>
    changeOf({ new: versionItem({ reviewId: sequence }), sequence }),
  );
  await processor.process(changes);
  const written = await keysOf(archive, 'v1/');
  await processor.process(changes);
  expect(await keysOf(archive, 'v1/')).toEqual(written);
  await processor.process(changes.slice(1));
  expect((await journal(archive)).map(({ position }) => position.sequence)).toEqual(['98', '99', '100']);
});

test('an object that reads back as something else proves nothing', async () => {
  const archive = new MemoryArchive();
  const other = await writeProven(archive, ['other'], () => 'other');
  archive.damage('taken', await archive.get(other));
  await expect(writeProven(archive, ['mine'], () => 'taken')).rejects.toMatchObject({
    code: 'ARCHIVE_MISMATCH',
    retry: false,
  });
});

test('a damaged object is told by its key', async () => {
  const archive = new MemoryArchive();
  const key = await writeProven(archive, ['{}'], (hash) => `lines/${hash}`);
  archive.damage(key, (await archive.get(key)).slice(0, -5));
  await expect(readLines(archive, key)).rejects.toMatchObject({
    code: 'ARCHIVE_BROKEN',
    message: expect.stringContaining(key),
  });
});
