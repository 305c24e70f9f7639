import * as z from 'zod';
import { busReference } from './input.ts';
import { MAX_DETAIL_TYPE_LENGTH, MAX_ENTRIES, MAX_SOURCE_LENGTH, TIME_SIZE } from './limits.ts';
import { isObject, type JsonObject } from './pattern/pattern.ts';

const entrySchema = z.object({
  /** Seconds since the epoch, within what a Date holds. */
  Time: z.number().min(-8.64e12).max(8.64e12).optional(),
  Source: z.string().optional(),
  Resources: z.array(z.string()).optional(),
  DetailType: z.string().optional(),
  Detail: z.string().optional(),
  EventBusName: busReference.optional(),
});

/** One event of a PutEvents request, not yet checked. */
export type Entry = z.infer<typeof entrySchema>;

export const putEventsInput = z.object({ Entries: z.array(entrySchema).min(1).max(MAX_ENTRIES) });

/** Bytes that EventBridge counts: Time if it is set, and the UTF-8 of Source, DetailType, Detail and Resources. */
export const entrySize = (entry: Entry): number => {
  const texts = [entry.Source, entry.DetailType, entry.Detail, ...(entry.Resources ?? [])];
  const bytes = texts.reduce((sum, text) => sum + (text === undefined ? 0 : Buffer.byteLength(text)), 0);
  return bytes + (entry.Time === undefined ? 0 : TIME_SIZE);
};

export interface CheckedEntry {
  readonly source: string;
  readonly detailType: string;
  /** The text as it came, so that no digit of a number is lost on the way. */
  readonly detailText: string;
  readonly detail: JsonObject;
}

export interface Refusal {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

export const MALFORMED: Refusal = { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };

/** One that a later try may mend. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html */
export const THROTTLED: Refusal = {
  ErrorCode: 'ThrottlingException',
  ErrorMessage: 'Too many events wait for their targets.',
};

/** An entry is refused alone: the others of its request go on. */
export const checkEntry = (entry: Entry): CheckedEntry | Refusal => {
  const { Source, DetailType, Detail } = entry;
  if (!Source) return missing('Source');
  if (!DetailType) return missing('DetailType');
  if (!Detail) return missing('Detail');
  if (Source.length > MAX_SOURCE_LENGTH) return tooLong('Source', MAX_SOURCE_LENGTH);
  if (DetailType.length > MAX_DETAIL_TYPE_LENGTH) return tooLong('DetailType', MAX_DETAIL_TYPE_LENGTH);
  if (Source.startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  }
  const detail = objectIn(Detail);
  if (detail === undefined) return MALFORMED;
  return { source: Source, detailType: DetailType, detailText: Detail, detail };
};

const missing = (name: string): Refusal => notValid(name, `${name} is a required argument.`);

const tooLong = (name: string, limit: number): Refusal =>
  notValid(name, `${name} must have length less than or equal to ${limit}.`);

const notValid = (name: string, reason: string): Refusal => ({
  ErrorCode: 'InvalidArgument',
  ErrorMessage: `Parameter ${name} is not valid. Reason: ${reason}`,
});

const objectIn = (text: string): JsonObject | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
};
