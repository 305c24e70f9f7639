import { InvalidArgumentError } from 'commander';
import { givenTime, isoUtc } from '../../shared/model/time.ts';

/** A span back from the stage's time, or a moment. */
export type Since = { readonly agoMs: number } | { readonly from: string };

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Reads `30m`, `1h`, `7d`, or a date or time. */
export function since(text: string): Since {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (count !== undefined) return { agoMs: Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS] };
  const ms = givenTime(text);
  if (ms === undefined)
    throw new InvalidArgumentError('give a span such as 30m, 1h or 7d, or a time such as 2026-01-31T09:00:00Z');
  return { from: isoUtc(ms) };
}

/** ISO 8601. */
export const startOf = (given: Since, now: number): string =>
  'from' in given ? given.from : isoUtc(Math.max(0, now - given.agoMs));
