import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { startS3 } from '../../infra/local/s3/server.ts';
import { connect } from '../../shared/aws/clients.ts';
import { systemClock } from '../../shared/ports/clock.ts';
import type { Archived } from './archiveMillion.ts';
import { CREDENTIALS, REGION } from './benchStage.ts';
import type { Figure } from './figure.ts';

const run = promisify(execFile);

const MANY = 1_000_000;
const FEW = 100_000;
const KILOBYTES_A_MB = 1_000_000 / 1024;
/** Even the few fill one, so that both hold the same at once. */
const SMALL_SEGMENT = 8_000_000;
/**
 * Of the old generation, as a small function has it: where there is room, V8 lets garbage lie, and the peak tells of the
 * machine. It is short of what a few segments take, so that a process that held on to more would end.
 */
const HEAP_MB = 128;
/** As declared where nothing is. */
const SEGMENT = 64_000_000;

/** A million changes into the journal and into segments, and a tenth of them: the memory must not grow. And one item of them, found. */
export async function measureArchiveMillion(): Promise<Figure[]> {
  const narrow = [`--max-old-space-size=${HEAP_MB}`];
  const few = await inChild(FEW, SMALL_SEGMENT, narrow);
  const many = await inChild(MANY, SMALL_SEGMENT, narrow);
  const found = await inChild(MANY, SEGMENT, []);
  return [
    {
      name: `peak memory in a heap of ${HEAP_MB} MB, 1,000,000 changes archived and compacted`,
      unit: 'MB',
      rate: many.kilobytes / KILOBYTES_A_MB,
      beside: { what: '100,000 changes', rate: few.kilobytes / KILOBYTES_A_MB },
      asked: '≤ 1.3',
    },
    {
      name: 'archived and compacted, 1,000,000 changes',
      unit: 'changes/s',
      rate: MANY / many.seconds,
      beside: { what: '100,000 changes', rate: FEW / few.seconds },
    },
    {
      name: 'read for one item among 1,000,000 changes',
      unit: 'KB',
      rate: found.itemBytes / 1024,
      beside: { what: 'all segments', rate: found.bytes / 1024 },
      asked: '≤ 0.02',
    },
  ];
}

/** Compiled, the child lies beside this file. */
async function inChild(changes: number, segmentBytes: number, flags: readonly string[]): Promise<Archived> {
  const dir = await mkdtemp(join(tmpdir(), 'afterwrite-bench-'));
  const s3 = await startS3({ dir, clock: systemClock });
  const clients = connect({ region: REGION, endpoints: { s3: s3.url }, credentials: CREDENTIALS });
  try {
    await clients.s3.send(new CreateBucketCommand({ Bucket: 'million' }));
    const child = fileURLToPath(new URL('archiveMillion.js', import.meta.url));
    const given = [s3.url, 'million', String(changes), String(segmentBytes)];
    const { stdout } = await run(process.execPath, [...flags, child, ...given]);
    return JSON.parse(stdout) as Archived;
  } finally {
    clients.close();
    await s3.stop();
    await rm(dir, { recursive: true });
  }
}
