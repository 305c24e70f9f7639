import * as z from 'zod';

export const HOUR_MS = 3_600_000;

/** Epoch milliseconds, both. */
export const startOfHour = (ms: number): number => Math.floor(ms / HOUR_MS) * HOUR_MS;

/** UTC, milliseconds, `Z`: texts of this form sort by time. */
export const isoUtc = (ms: number): string => new Date(ms).toISOString();

/** The same in whole seconds, as EventBridge tells time. */
export const isoSeconds = (ms: number): string => `${isoUtc(ms).slice(0, -'.000Z'.length)}Z`;

/** Buckets of time, UTC: statistics are grouped by event time, never by the clock. Each sorts by time, and starts those within it. */
export const monthOf = (timestamp: string): string => timestamp.slice(0, 'yyyy-mm'.length);
export const dayOf = (timestamp: string): string => timestamp.slice(0, 'yyyy-mm-dd'.length);
export const hourOf = (timestamp: string): string => timestamp.slice(0, 'yyyy-mm-ddThh'.length);

/** A timestamp as items hold it: ISO 8601, UTC, milliseconds, `Z`, of the years 0000 to 9999: later ones would not sort. */
export const timestamp = (): z.ZodString =>
  z.string().refine(isMoment, 'must be a moment in UTC with milliseconds and Z').meta({ format: 'date-time' });

const isMoment = (text: string): boolean => {
  const ms = Date.parse(text);
  return text.length === 'yyyy-mm-ddThh:mm:ss.sssZ'.length && !Number.isNaN(ms) && isoUtc(ms) === text;
};

const GIVEN = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:\d\d)?)?$/;

/** A date or time as a person gives it: ISO 8601, a blank for the `T` allowed; UTC where it names no zone, wherever that person sits. */
export function givenTime(text: string): number | undefined {
  const [, day, time = '00:00', zone = 'Z'] = GIVEN.exec(text) ?? [];
  const ms = Date.parse(`${day}T${time}${zone}`);
  return Number.isNaN(ms) ? undefined : ms;
}

const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** Whether a number is a moment that sorts as ISO text: epoch milliseconds from 1970 to the end of the year 9999. */
export const isTime = (ms: number): boolean => Number.isFinite(ms) && ms >= 0 && ms <= LAST_MS;

/** A greater number of seconds would lie behind the year 5138, a smaller one of milliseconds before March 1973. */
const LEAST_MS = 100_000_000_000;

/** Whether a number can be epoch milliseconds, and no seconds. */
export const isEpochMs = (epoch: number): boolean => epoch >= LEAST_MS;

/** Epoch seconds as milliseconds; milliseconds as they are. */
export const toEpochMs = (epoch: number): number => (isEpochMs(epoch) ? epoch : epoch * 1000);

/** A moment that writers give in epoch milliseconds, or in seconds: code is given milliseconds. From 1970 to the end of 9999. */
export const epochMs = () =>
  z
    .number()
    .min(0)
    .refine((epoch) => isTime(toEpochMs(epoch)), 'must be epoch milliseconds, or seconds')
    .overwrite(toEpochMs);
