import { z } from 'zod';

/** UTC, milliseconds, `Z`: texts of this form sort by time. */
export const isoUtc = (ms: number): string => new Date(ms).toISOString();

/** The UTC day of a timestamp, `yyyy-mm-dd`: statistics are bucketed by event time, never by the clock. */
export const dayOf = (timestamp: string): string => timestamp.slice(0, 10);

/** A timestamp as items hold it: ISO 8601, UTC, milliseconds, `Z`. */
export const timestamp = (): z.ZodString =>
  z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, 'must be UTC with milliseconds and Z');
