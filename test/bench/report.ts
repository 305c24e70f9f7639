import { cpus, loadavg, totalmem } from 'node:os';
import type { Summary } from './figure.ts';
import type { PeakMemory } from './peakMemory.ts';
import { PASSES } from './timing.ts';

export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly memoryGb: number;
  readonly node: string;
  readonly platform: string;
  /** Of the minute before the bench: above 0 somebody else was at work. Always 0 on Windows. */
  readonly loadBefore: number;
}

export interface Report {
  readonly machine: Machine;
  readonly lines: number;
  readonly rounds: number;
  readonly records: number;
  readonly figures: readonly Summary[];
  readonly peakMemoryMb: PeakMemory;
}

export function thisMachine(): Machine {
  const [first, ...more] = cpus();
  return {
    cores: more.length + 1,
    processor: first?.model.trim() ?? 'unknown',
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    loadBefore: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  };
}

export function toMarkdown({ machine, lines, rounds, records, figures, peakMemoryMb }: Report): string {
  const { cores, processor, memoryGb, node, platform, loadBefore } = machine;
  return `${[
    `${cores} cores (${processor}), ${memoryGb} GB, Node ${node}, ${platform}; load before: ${loadBefore}.`,
    `The first ${lines} lines of the shipped file, ${records} stream records, in memory; medians of ${rounds} rounds, pairs by the fastest of ${PASSES} passes in each.`,
    '',
    row('measure', 'unit', 'median', 'least – most', 'beside it', 'median', 'ratio'),
    row('---', '---', '---:', '---:', '---', '---:', '---:'),
    ...figures.map(figureRow),
    '',
    'Ratio: the measure by what stands beside it. More is better, but for writes.',
    `Peak memory: this process ${peakMemoryMb.process} MB (with the S3 and EventBridge endpoints, all that they hold, and the stream that the bench keeps); the JVM of DynamoDB Local ${peakMemoryMb.jvm ?? '?'} MB.`,
    'Seconds do not hold: they are of this machine and of what else it did. Ratios do: both sides ran in the same process, taking turns.',
  ].join('\n')}\n`;
}

function figureRow({ name, unit, median, least, most, beside }: Summary): string {
  return row(
    name,
    unit,
    short(median),
    `${short(least)} – ${short(most)}`,
    beside?.what ?? '',
    beside ? short(beside.median) : '',
    beside ? beside.ratio.toFixed(2) : '',
  );
}

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** Three digits: more would be noise. */
export const short = (value: number): string => Number(value.toPrecision(3)).toLocaleString('en-US');
