import { Worker as Thread } from 'node:worker_threads';

/** Worlds are short-lived: room for the young spares collecting them again and again. */
const YOUNG_MB = 64;

/** Every `step`th seed from `seed` on: what one thread runs. */
export interface Share {
  readonly seed: number;
  readonly runs: number;
  readonly step: number;
}

export interface Failure {
  readonly seed: number;
  readonly system: string;
  readonly broken: readonly string[];
}

/** What a thread tells now and then: runs and records since it told the last time. */
export interface Told {
  readonly runs: number;
  readonly records: number;
  readonly failures: readonly Failure[];
}

interface Shares {
  /** The file that a thread starts with; it is given its share. */
  readonly file: URL;
  readonly seed: number;
  readonly runs: number;
  readonly workers: number;
  /** False: enough. */
  readonly onTold: (told: Told) => boolean;
}

/** Shares the seeds out to threads, and resolves when all are through or enough is told. */
export async function runThreads({ file, seed, runs, workers, onTold }: Shares): Promise<void> {
  const threads = Array.from({ length: Math.min(workers, runs) }, (_, i) => {
    const share: Share = { seed: seed + i, runs: Math.ceil((runs - i) / workers), step: workers };
    return new Thread(file, { workerData: share, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } });
  });
  const stop = (): void => {
    for (const thread of threads) void thread.terminate();
  };
  await Promise.all(
    threads.map(
      (thread) =>
        new Promise<void>((resolve, reject) => {
          thread.on('message', (told: Told) => {
            if (!onTold(told)) stop();
          });
          thread.on('error', reject);
          thread.on('exit', () => resolve());
        }),
    ),
  );
}
