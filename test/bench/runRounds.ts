import { type Stack, startStack } from '../../infra/local/stack.ts';
import { systemClock } from '../../shared/ports/clock.ts';
import { REGION, withStage } from './benchStage.ts';
import { type Figure, summarize } from './figure.ts';
import { measureArchive, measureJournal } from './measureArchive.ts';
import { measureFanout } from './measureFanout.ts';
import { measureFeed } from './measureFeed.ts';
import { measurePlanning } from './measurePlanning.ts';
import { measureReading } from './measureReading.ts';
import { measureStatistics } from './measureStatistics.ts';
import { watchMemory } from './peakMemory.ts';
import { type Report, short, thisMachine } from './report.ts';

export interface BenchOptions {
  readonly file: string;
  readonly lines: number;
  readonly rounds: number;
  /** One line a step, for people. */
  readonly onStep: (line: string) => void;
}

/** Not counted: it lets both virtual machines compile what they will run. */
const WARM_UP_LINES = 40;

/** Every measure in every round, each round on a stage of its own, all on one embedded stack in memory. */
export async function runRounds(options: BenchOptions): Promise<Report> {
  const { lines, rounds, onStep } = options;
  const machine = thisMachine();
  const stack = await startStack({ given: {}, clock: systemClock, region: REGION });
  const peak = watchMemory(stack.dynamoPid);
  try {
    onStep(`warming up on ${Math.min(lines, WARM_UP_LINES)} lines`);
    await runRound(stack, 0, { ...options, lines: Math.min(lines, WARM_UP_LINES), onStep: () => {} });
    const done: Figure[][] = [];
    let records = 0;
    for (let round = 1; round <= rounds; round++) {
      onStep(`round ${round} of ${rounds}`);
      const start = performance.now();
      const measured = await runRound(stack, round, options);
      records = measured.records;
      done.push(measured.figures);
      onStep(`  took ${Math.round((performance.now() - start) / 1000)} s`);
    }
    return { machine, lines, rounds, records, figures: summarize(done), peakMemoryMb: peak() };
  } finally {
    await stack.stop();
  }
}

function runRound(
  stack: Stack,
  round: number,
  { file, lines, onStep }: BenchOptions,
): Promise<{ figures: Figure[]; records: number }> {
  const figures: Figure[] = [];
  const add = (...more: readonly Figure[]): void => {
    figures.push(...more);
    for (const figure of more) onStep(`  ${figure.name}: ${short(figure.rate)} ${figure.unit}`);
  };
  return withStage(stack, round, async (stage) => {
    add(await measureFeed(stage, file, lines));
    const { figures: ofStatistics, records } = await measureStatistics(stage);
    add(...ofStatistics);
    add(await measureFanout(stage, records));
    add(await measureArchive(stage, records));
    add(await measureJournal(stage, records));
    add(await measureReading(stage, records.length));
    add(await measurePlanning(stage, records));
    return { figures, records: records.length };
  });
}
