import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { archiveProcessor } from '../../processors/archive/handler.ts';
import { type Hour, Hours } from '../../processors/archive/hours.ts';
import { planArchive } from '../../processors/archive/plan.ts';
import { journalLine } from '../../shared/archive/journalLine.ts';
import { writeProven } from '../../shared/archive/lines.ts';
import type { System } from '../../shared/model/system.ts';
import type { Change } from '../../shared/stream/change.ts';
import type { StreamRecord } from '../../shared/stream/record.ts';
import { ARCHIVE_BATCH, type BenchStage, freshChanges } from './benchStage.ts';
import type { Figure } from './figure.ts';
import { fastestOfBoth, inBatches } from './timing.ts';

const gzipAsync = promisify(gzip);
const BYTES_A_MB = 1_000_000;

const bytesOf = (lines: Iterable<string>): Buffer => Buffer.from([...lines].map((line) => `${line}\n`).join(''));

/** All that the archive does with a record (journal, events, due entries, proof), beside gzip of what it writes. */
export async function measureArchive(stage: BenchStage, records: readonly StreamRecord[]): Promise<Figure> {
  const { system, names, archive, state } = stage.place;
  const origin = { stage: names.stage, table: names.table };
  const contents = inBatches(freshChanges(stage, records), ARCHIVE_BATCH).flatMap((batch) => {
    const { journal, events } = planArchive(system, origin, batch);
    return [...journal, ...events].map(({ lines }) => bytesOf(lines));
  });
  const [archiving, plain] = await fastestOfBoth(
    (pass) => {
      // Objects of another stage: those that are there already would not be written again.
      const processor = archiveProcessor(system, { ...names, stage: `${names.stage}-${pass}` }, { archive, state });
      const batches = inBatches(freshChanges(stage, records), ARCHIVE_BATCH);
      return async () => {
        for (const batch of batches) await processor.process(batch);
      };
    },
    () => () => gzipAll(contents),
  );
  return {
    name: 'archive',
    unit: 'records/s',
    rate: records.length / archiving,
    beside: { what: 'gzip of journal and events', rate: records.length / plain },
  };
}

/**
 * The journal alone: lines, hash, gzip, put, read back; beside gzip of the same bytes, and beside a bare loop that makes the
 * same lines before it packs them, for that takes as long as gzip does.
 */
export async function measureJournal(stage: BenchStage, records: readonly StreamRecord[]): Promise<Figure[]> {
  const batches = inBatches(freshChanges(stage, records), ARCHIVE_BATCH);
  const contents = batches.map((batch) => bytesOf(batch.map(journalLine)));
  const megabytes = contents.reduce((sum, { length }) => sum + length, 0) / BYTES_A_MB;
  let pass = 0;
  const write = (prefix: string) => async (): Promise<void> => {
    for (const batch of batches)
      for (const { lines } of journalOf(stage.place.system, batch))
        await writeProven(stage.place.archive, lines, (hash) => `${prefix}/${hash}.ndjson.gz`);
  };
  const beside = async (what: string, plain: () => Promise<void>): Promise<Figure> => {
    const [writing, bare] = await fastestOfBoth(
      () => write(`v1/bench/${pass++}`),
      () => plain,
    );
    const [rate, besideRate] = [megabytes / writing, megabytes / bare];
    return { name: 'journal', unit: 'MB/s', rate, beside: { what, rate: besideRate }, asked: '≥ 0.7' };
  };
  return [
    await beside('gzip of the same bytes', () => gzipAll(contents)),
    await beside('lines of JSON, gzip', async () => {
      for (const batch of batches) await gzipAsync(bytesOf(batch.map(journalLine)));
    }),
  ];
}

function journalOf(system: System, batch: readonly Change[]): Hour[] {
  const hours = new Hours(system, journalLine);
  for (const change of batch) hours.add(change, change);
  return hours.all();
}

async function gzipAll(contents: readonly Buffer[]): Promise<void> {
  for (const content of contents) await gzipAsync(content);
}
