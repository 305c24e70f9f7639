import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const SAMPLE_EVERY_MS = 50;
const BYTES_A_MB = 1_000_000;
const BYTES_A_KB = 1024;

/** The most memory in use, in MB. */
export interface PeakMemory {
  /** This process, with the S3 and EventBridge endpoints, what they hold, and the stream that the bench keeps. */
  readonly process: number;
  /** DynamoDB Local, with its tables; null where the system doesn't tell. */
  readonly jvm: number | null;
}

/** Samples until it is asked for the peaks. */
export function watchMemory(jvmPid: number | undefined): () => PeakMemory {
  let most = 0;
  const sample = (): void => {
    most = Math.max(most, process.memoryUsage.rss());
  };
  const timer = setInterval(sample, SAMPLE_EVERY_MS).unref();
  return () => {
    clearInterval(timer);
    sample();
    const jvm = jvmPid === undefined ? undefined : memoryOf(jvmPid);
    return { process: toMegabytes(most), jvm: jvm === undefined ? null : toMegabytes(jvm) };
  };
}

/** Linux knows the peak; elsewhere it is what the process has now. */
function memoryOf(pid: number): number | undefined {
  try {
    const kilobytes =
      process.platform === 'linux'
        ? /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
        : execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return kilobytes === undefined ? undefined : Number(kilobytes) * BYTES_A_KB;
  } catch {
    return undefined;
  }
}

const toMegabytes = (bytes: number): number => Math.round(bytes / BYTES_A_MB);
