import { spawnSync } from 'node:child_process';
import { cpus, loadavg, totalmem } from 'node:os';
import type { Summary } from './figure.ts';
import { PASSES } from './timing.ts';

export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly memoryGb: number;
  readonly node: string;
  /** Of DynamoDB Local. */
  readonly java: string;
  readonly platform: string;
  /** Of the minute before the bench: above 0 somebody else was at work. Always 0 on Windows. */
  readonly loadBefore: number;
}

export interface Report {
  readonly machine: Machine;
  readonly lines: number;
  /** Records that each way of keeping statistics was given. */
  readonly compared: number;
  readonly synthetic: number;
  readonly rounds: number;
  readonly records: number;
  readonly figures: readonly Summary[];
}

export function thisMachine(): Machine {
  const [first, ...more] = cpus();
  return {
    cores: more.length + 1,
    processor: first?.model.trim() ?? 'unknown',
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    java: javaVersion(),
    platform: `${process.platform} ${process.arch}`,
    loadBefore: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  };
}

/** A report with some of its figures measured anew; what it had not yet comes last. */
export function withFigures(report: Report, { figures: anew }: Report): Report {
  const nameOf = ({ name, beside }: Summary): string => `${name} beside ${beside?.what}`;
  const fresh = new Map(anew.map((figure) => [nameOf(figure), figure]));
  const kept = report.figures.map((figure) => fresh.get(nameOf(figure)) ?? figure);
  const known = new Set(report.figures.map(nameOf));
  return { ...report, figures: [...kept, ...anew.filter((figure) => !known.has(nameOf(figure)))] };
}

function javaVersion(): string {
  const { stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  return /version "([^"]+)"/.exec(stderr)?.[1] ?? 'unknown';
}

export function toMarkdown({ machine, lines, compared, synthetic, rounds, records, figures }: Report): string {
  const { cores, processor, memoryGb, node, java, platform, loadBefore } = machine;
  return `${[
    `${cores} cores (${processor}), ${memoryGb} GB, Node ${node}, Java ${java}, ${platform}; load before: ${loadBefore}.`,
    `The first ${lines} lines of the shipped file (${records} stream records, aggregates' own included), tables in memory; medians of ${rounds} rounds.`,
    `The ways of keeping statistics were given ${compared} new items of it, and ${synthetic} synthetic ones, in batches of 1,000 or all at once.`,
    '',
    row('measure', 'unit', 'median', 'least – most', 'beside it', 'median', 'ratio', 'asked'),
    row('---', '---', '---:', '---:', '---', '---:', '---:', '---'),
    ...figures.map(figureRow),
    '',
    'Ratio: the measure by what stands beside it, the median of the rounds. More is better, but for write units, memory, milliseconds, objects, requests, GB and dollars.',
    `Where a pass changes no table, each figure is the fastest of ${PASSES} passes.`,
    'Seconds do not hold: they are of this machine and of what else it did. Ratios do: both sides ran in the same process, taking turns; each way of keeping statistics has a DynamoDB Local of its own, warmed alike.',
  ].join('\n')}\n`;
}

function figureRow({ name, unit, median, least, most, beside, asked }: Summary): string {
  return row(
    name,
    unit,
    short(median),
    `${short(least)} – ${short(most)}`,
    beside?.what ?? '',
    beside ? short(beside.median) : '',
    beside && Number.isFinite(beside.ratio) ? beside.ratio.toFixed(2) : '',
    asked ?? '',
  );
}

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** Three digits: more would be noise. */
export const short = (value: number): string => Number(value.toPrecision(3)).toLocaleString('en-US');
