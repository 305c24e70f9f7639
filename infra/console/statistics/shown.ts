import type { Aggregate } from '../../../shared/model/aggregate.ts';
import type { Measure, Plain } from '../../../shared/model/measures/measure.ts';
import type { Statistic } from '../../../shared/model/statistic.ts';
import type { Shown } from '../wire.ts';

type AnyMeasure = Measure<unknown, Plain, unknown>;
type States = Readonly<Record<string, Plain>>;

/** Their states add up to something that means as much of all groups as of one, and that stays small. */
const ADDITIVE = new Set(['count', 'sum', 'mean', 'rate', 'variance', 'countBy', 'histogram']);

const MOST_LABELS = 30;
const MOST_BUCKETS = 60;
const LONGEST_TEXT = 2_000;

const isAdditive = (measure: AnyMeasure): boolean => ADDITIVE.has(measure.kind);

export const measuresOf = ({ measures }: Statistic<unknown>): [string, AnyMeasure][] => Object.entries(measures);

/** Two groups as one, in the measures that add up. */
export function addStates(statistic: Statistic<unknown>, sum: States | undefined, more: Aggregate['state']): States {
  const next: Record<string, Plain> = {};
  for (const [name, measure] of measuresOf(statistic)) {
    const state = more[name];
    if (!isAdditive(measure) || state === undefined) continue;
    const before = sum?.[name];
    next[name] = before === undefined ? state : measure.merge(before, state);
  }
  return next;
}

export function shownStates(statistic: Statistic<unknown>, states: States): Record<string, Shown> {
  const shown: Record<string, Shown> = {};
  for (const [name, measure] of measuresOf(statistic)) {
    const state = states[name];
    if (state !== undefined) shown[name] = shownOf(measure, state);
  }
  return shown;
}

function shownOf(measure: AnyMeasure, state: Plain): Shown {
  const view = measure.view(state);
  if (measure.kind === 'countBy') return { kind: 'labels', labels: labelsOf(view as Record<string, number>) };
  if (measure.kind === 'histogram') return distributionOf(measure, state as Record<string, number>);
  const value = numberOf(view);
  if (value !== undefined) return { kind: 'number', value };
  return { kind: 'text', text: textOf(view, LONGEST_TEXT) };
}

/** A number of any length as one that can be drawn; undefined for what is none. */
export function numberOf(view: unknown): number | null | undefined {
  if (view === null) return null;
  if (typeof view === 'number') return view;
  const isDecimal = typeof view === 'string' && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(view);
  return isDecimal || typeof view === 'bigint' ? Number(view) : undefined;
}

export function textOf(view: unknown, longest: number): string {
  const text = typeof view === 'string' ? view : (JSON.stringify(view) ?? '');
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}

/** In the declared order; what is too much stands together. */
function labelsOf(counts: Record<string, number>): [string, number][] {
  const labels = Object.entries(counts);
  if (labels.length <= MOST_LABELS) return labels;
  const sorted = labels.sort(([, a], [, b]) => b - a);
  const rest = sorted.slice(MOST_LABELS - 1).reduce((sum, [, n]) => sum + n, 0);
  return [...sorted.slice(0, MOST_LABELS - 1), ['all others', rest]];
}

/** With as many buckets as can be seen: wider ones where there are more. */
function distributionOf(measure: AnyMeasure, state: Record<string, number>): Shown {
  const { low, high, step } = measure.parameters as { low: number; high: number; step: number };
  const { count, mean } = measure.view(state) as { count: number; mean: number | null };
  const wide = step * Math.ceil((high - low + 1) / step / MOST_BUCKETS);
  const buckets = new Map<number, number>();
  for (const [text, n] of Object.entries(state)) {
    const value = Number(text);
    // Beside its values a histogram holds what it needs for its mean.
    if (Number.isNaN(value)) continue;
    const edge = low + Math.floor((value - low) / wide) * wide;
    buckets.set(edge, (buckets.get(edge) ?? 0) + n);
  }
  return { kind: 'distribution', count, mean, step: wide, buckets: [...buckets].sort(([a], [b]) => a - b) };
}
