import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Figure } from './figure.ts';

const run = promisify(execFile);

const MANY = 1_000_000;
const FEW = 100_000;
const KILOBYTES_A_MB = 1_000_000 / 1024;

interface Reading {
  readonly kilobytes: number;
  readonly seconds: number;
}

/** A million changes through the real loop and the statistics processor, and a tenth of them: the memory must not grow. */
export async function measureMillion(): Promise<Figure[]> {
  const few = await readInChild(FEW);
  const many = await readInChild(MANY);
  return [
    {
      name: 'peak memory, 1,000,000 changes',
      unit: 'MB',
      rate: many.kilobytes / KILOBYTES_A_MB,
      beside: { what: '100,000 changes', rate: few.kilobytes / KILOBYTES_A_MB },
      asked: '≤ 1.3',
    },
    {
      name: 'loop and statistics, 1,000,000 changes',
      unit: 'records/s',
      rate: MANY / many.seconds,
      beside: { what: '100,000 changes', rate: FEW / few.seconds },
    },
  ];
}

/** Compiled, the child lies beside this file. */
async function readInChild(records: number): Promise<Reading> {
  const child = fileURLToPath(new URL('readMillion.js', import.meta.url));
  const { stdout } = await run(process.execPath, [child, String(records)]);
  return JSON.parse(stdout) as Reading;
}
