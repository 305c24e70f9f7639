import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { eventShelf } from '../../../events/archived.ts';
import type { Envelope } from '../../../events/envelope.ts';
import { exportParquet } from '../../../infra/export/parquet.ts';
import { readHistory } from '../../../shared/archive/history.ts';
import type { JournalLine } from '../../../shared/archive/journalLine.ts';
import type { Row } from '../../../shared/archive/rows.ts';
import { journalShelf, type Shelf } from '../../../shared/archive/shelf.ts';
import { attributesFromJson } from '../../../shared/model/attributeJson.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { sampleNames, writeSample } from '../../support/given/archiveSample.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';

const archive = new MemoryArchive();
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'afterwrite-parquet-'));
  await writeSample(archive);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function rowsOf(shelf: Shelf): Promise<Row[]> {
  const all: Row[] = [];
  for await (const rows of readHistory(shelf)) all.push(...rows);
  return all;
}

async function readBack(file: string): Promise<Record<string, unknown>[]> {
  const bytes = readFileSync(file);
  return parquetReadObjects({ file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) });
}

test('every change is in the files once, images to the last digit and byte', async () => {
  const shelf = journalShelf(reviewer, sampleNames, archive);
  const { files, rows } = await exportParquet('journal', [shelf], join(folder, 'all'), { rowsPerFile: 3 });
  const given = (await rowsOf(shelf)).map(({ value }) => value as JournalLine);
  expect([rows, files.length]).toEqual([given.length, Math.ceil(given.length / 3)]);
  const read = (await Promise.all(files.map(readBack))).flat();
  expect(read.map(({ time, old, new: now, ...typed }) => [time, imageOf(old), imageOf(now), typed])).toEqual(
    given.map(({ at, old, new: now, entity = null, key, cause, sequence, shard, stream, eventId }) => [
      new Date(at),
      old,
      now,
      { entity, key, cause, sequence, shard, stream, eventId },
    ]),
  );
});

test('events have columns of their own', async () => {
  const shelf = eventShelf(reviewer, sampleNames, archive);
  const { files } = await exportParquet('events', [shelf], join(folder, 'events'));
  const given = (await rowsOf(shelf)).map(({ value }) => value as Envelope);
  const read = (await Promise.all(files.map(readBack))).flat();
  expect(read.map(({ type, version, data, time }) => [type, version, JSON.parse(String(data)), time])).toEqual(
    given.map(({ metadata, data }) => [metadata.type, metadata.version, data, new Date(metadata.time)]),
  );
});

test('a folder that holds something is refused; no rows make no file', async () => {
  const shelf = journalShelf(reviewer, sampleNames, archive);
  await exportParquet('journal', [shelf], join(folder, 'twice'));
  await expect(exportParquet('journal', [shelf], join(folder, 'twice'))).rejects.toMatchObject({ code: 'USAGE' });
  const none = await exportParquet('journal', [shelf], join(folder, 'none'), { wanted: () => false });
  expect(none).toEqual({ files: [], rows: 0, bytes: 0 });
});

const imageOf = (text: unknown): unknown => (text === null ? undefined : attributesFromJson(String(text)));
