import { RESERVED_ATTRIBUTE } from '../../shared/model/reserved.ts';
import type { Change } from '../../shared/stream/change.ts';
import type { StreamRecord } from '../../shared/stream/record.ts';
import { archiveCost } from './archiveCost.ts';
import { ARCHIVE_BATCH, type BenchStage, withStage } from './benchStage.ts';
import { compareWays } from './compareWays.ts';
import { type Figure, summarize } from './figure.ts';
import { measureArchive, measureJournal } from './measureArchive.ts';
import { measureArchiveMillion } from './measureArchiveMillion.ts';
import { measureBundles } from './measureBundles.ts';
import { measureCompaction } from './measureCompaction.ts';
import { measureFanout } from './measureFanout.ts';
import { measureFeed } from './measureFeed.ts';
import { measureLatency } from './measureLatency.ts';
import { measureMillion } from './measureMillion.ts';
import { measurePlanning } from './measurePlanning.ts';
import { measurePublishing } from './measurePublishing.ts';
import { measureReading } from './measureReading.ts';
import { measureReplay } from './measureReplay.ts';
import { measureStatistics } from './measureStatistics.ts';
import { readStream } from './readStream.ts';
import { type Report, short, thisMachine } from './report.ts';
import { counters } from './sets/counters.ts';
import { synthetic, syntheticRecords } from './sets/synthetic.ts';

export interface BenchOptions {
  readonly file: string;
  readonly lines: number;
  readonly rounds: number;
  /** Records for each way of keeping statistics: the plain ones take a second for a few hundred. */
  readonly compared: number;
  readonly synthetic: number;
  /** Seconds of steady writes. */
  readonly steady: number;
  readonly million: boolean;
  /** Nothing but journal, compaction, reading back and replay; nothing but the functions' bundles. Absent: all. */
  readonly only: 'archive' | 'bundles' | undefined;
  /** One line a step, for people. */
  readonly onStep: (line: string) => void;
}

/** Not counted: it lets this process compile what it will run. */
const WARM_UP = { lines: 40, compared: 100, synthetic: 100, steady: 1 };

/** Every measure in every round. */
export async function runRounds(options: BenchOptions): Promise<Report> {
  const { lines, compared, synthetic: count, rounds, million, only, onStep } = options;
  const machine = thisMachine();
  onStep('warming up');
  await runRound(0, { ...options, ...WARM_UP, million: false, onStep: () => {} });
  const done: Figure[][] = [];
  let records = 0;
  for (let round = 1; round <= rounds; round++) {
    onStep(`round ${round} of ${rounds}`);
    const start = performance.now();
    const measured = await runRound(round, options);
    records = measured.records;
    done.push(measured.figures);
    onStep(`  took ${Math.round((performance.now() - start) / 1000)} s`);
  }
  if (million) onStep('a million changes');
  const once = [
    ...(only === 'bundles' ? [] : archiveCost()),
    ...(million ? [...(await measureArchiveMillion()), ...(only ? [] : await measureMillion())] : []),
  ];
  const figures = [...summarize(done), ...summarize([once])];
  return { machine, lines, compared, synthetic: count, rounds, records, figures };
}

async function runRound(
  round: number,
  { file, lines, compared, synthetic: count, steady, only, onStep }: BenchOptions,
): Promise<{ figures: Figure[]; records: number }> {
  const figures: Figure[] = [];
  const add = (more: readonly Figure[]): void => {
    figures.push(...more);
    for (const { name, rate, unit, beside } of more)
      onStep(`  ${name}: ${short(rate)} ${unit}${beside ? `, ${beside.what} ${short(beside.rate)}` : ''}`);
  };
  if (only === 'bundles') {
    add(await measureBundles(file, lines));
    return { figures, records: 0 };
  }
  const records = await withStage('bench', async (stage) => {
    const feeding = await measureFeed(stage, file, lines);
    if (only === 'archive') {
      const read = await recordsOf(stage);
      add(await archiveFigures(stage, read));
      return read;
    }
    add([feeding]);
    const measured = await measureStatistics(stage);
    add(measured.figures);
    add([await measureFanout(stage, measured.records)]);
    add(await measurePublishing(stage, measured.records));
    add(await archiveFigures(stage, measured.records));
    add([await measureReading(stage, measured.records.length)]);
    add(await measurePlanning('real file', stage.place.system, measured.records));
    return measured.records;
  });
  if (only === 'archive') return { figures, records: records.length };
  add(await measureBundles(file, lines));
  const made = syntheticRecords(count);
  add(await measurePlanning('50 × 80 synthetic', synthetic, made));
  const items = records.filter(({ old, new: now }) => !old && now && !now[RESERVED_ATTRIBUTE]).slice(0, compared);
  add(await compareWays(round, { name: 'real file', system: counters, records: items, asked: 5 }));
  add(await compareWays(round, { name: '50 × 80 synthetic', system: synthetic, records: made, asked: 25 }));
  add(await measureLatency(steady));
  return { figures, records: records.length };
}

async function archiveFigures(stage: BenchStage, records: readonly StreamRecord[]): Promise<Figure[]> {
  return [
    await measureArchive(stage, records),
    ...(await measureJournal(stage, records)),
    ...(await measureCompaction(stage, records)),
    await measureReplay(stage, records),
  ];
}

/** All that the stream has, and no aggregates. */
async function recordsOf(stage: BenchStage): Promise<StreamRecord[]> {
  const records: StreamRecord[] = [];
  const process = async (changes: readonly Change[]): Promise<void> => {
    records.push(...changes.map(({ record }) => record));
  };
  await readStream(stage, { processor: { name: 'archive', process }, batch: { changes: ARCHIVE_BATCH, waitMs: 250 } });
  return records;
}
