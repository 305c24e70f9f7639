import { z } from 'zod';

/** UTC, milliseconds, `Z`: texts of this form sort by time. */
export const isoUtc = (ms: number): string => new Date(ms).toISOString();

/** The UTC day of a timestamp, `yyyy-mm-dd`: statistics are bucketed by event time, never by the clock. */
export const dayOf = (timestamp: string): string => timestamp.slice(0, 10);

/** A timestamp as items hold it: ISO 8601, UTC, milliseconds, `Z`. */
export const timestamp = (): z.ZodString =>
  z.string().refine(isMoment, 'must be a moment in UTC with milliseconds and Z');

const isMoment = (text: string): boolean => {
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && isoUtc(ms) === text;
};
