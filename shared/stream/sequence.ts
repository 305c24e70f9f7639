/**
 * Sequence numbers are decimal texts of any length, compared as integers, and only within one stream.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html
 */
export function compareSequence(a: string, b: string): number {
  const x = a.replace(/^0+/, '');
  const y = b.replace(/^0+/, '');
  if (x.length !== y.length) return x.length - y.length;
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Whether `sequence` lies behind a position; nothing read yet (undefined) leaves everything ahead. */
export const isAfter = (sequence: string, position: string | undefined): boolean =>
  position === undefined || compareSequence(sequence, position) > 0;

/** Undefined of none. */
export const lowest = (sequences: readonly string[]): string | undefined =>
  sequences.length === 0 ? undefined : sequences.reduce((a, b) => (compareSequence(a, b) <= 0 ? a : b));

/** The longest sequence number of DynamoDB. */
const SEQUENCE_DIGITS = 40;

/** Padded, texts sort as integers do. */
export const padSequence = (sequence: string): string => sequence.padStart(SEQUENCE_DIGITS, '0');
