import type { Shown } from '../wire.ts';
import { words } from './format.ts';

/** One line of a plot. */
export interface Line {
  readonly label: string;
  /** Name of a colour of the stylesheet. */
  readonly colour: string;
  readonly values: readonly (number | null)[];
  readonly bars?: boolean;
  readonly fill?: boolean;
}

const TONES = ['blue', 'amber', 'rose', 'teal', 'violet'];

/** `2026-01`, `2026-01-31` or `2026-01-31T09`, as seconds. */
export const secondsOf = (time: string): number => Date.parse(time.length === 13 ? `${time}:00Z` : time) / 1_000;

/** A measure over time: its numbers, its mean, or a line a label. */
export function linesOf(name: string, values: readonly Shown[]): Line[] {
  const [first] = values;
  if (first?.kind === 'labels') return labelLines(values);
  const isMean = first?.kind === 'distribution';
  const numbers = values.map((shown) =>
    shown.kind === 'distribution' ? shown.mean : shown.kind === 'number' ? shown.value : null,
  );
  return [{ label: isMean ? `mean ${words(name)}` : words(name), colour: 'blue', values: numbers, fill: !isMean }];
}

/** The most frequent labels, each a line. */
function labelLines(values: readonly Shown[]): Line[] {
  const totals = new Map<string, number>();
  const counts = values.map((shown) => new Map(shown.kind === 'labels' ? shown.labels : []));
  for (const one of counts) for (const [label, n] of one) totals.set(label, (totals.get(label) ?? 0) + n);
  const labels = [...totals].filter(([, n]) => n > 0).sort(([, a], [, b]) => b - a);
  return labels.slice(0, TONES.length).map(([label], i) => ({
    label,
    colour: TONES[i] ?? 'blue',
    values: counts.map((one) => one.get(label) ?? 0),
  }));
}
