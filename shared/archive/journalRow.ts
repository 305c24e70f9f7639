import { attributesFromJson } from '../model/attributeJson.ts';
import { partitionOf } from '../model/keys.ts';
import type { System } from '../model/system.ts';
import { keyOf } from '../stream/change.ts';
import { padSequence } from '../stream/sequence.ts';
import type { JournalLine } from './journalLine.ts';
import { lightly, type ReadRow, type Row, UNKNOWN_KIND } from './rows.ts';

/** Of the journal: a change that was read twice has the same stream event. */
export const journalRow =
  (system: System): ReadRow =>
  (line) => {
    const value = attributesFromJson(line) as JournalLine;
    return rowOf(system, line, value, value);
  };

/**
 * The same without its value. Most of a line are its images, which stand in one piece: what is before and behind them is
 * parsed alone, in a fifth of the time. In another order of members a cut may fall elsewhere: then braces have no match, or
 * members are missing, and the whole line is parsed; those that are found are the line's own.
 */
export const journalPlace = (system: System): ReadRow => {
  const whole = journalRow(system);
  const { partitionKey, sortKey } = system.table;
  // Only inside the keys could a cut be balanced, yet wrong.
  const isSafe = ![partitionKey, sortKey].some((name) => name === 'old' || name === 'new');
  return (line) => {
    const value = isSafe ? withoutImages(line) : undefined;
    return value ? rowOf(system, line, value) : lightly(whole(line));
  };
};

const IMAGE = /,"(?:old|new)":\{/;
const BEHIND = ',"byTtl":';

function withoutImages(line: string): Omit<JournalLine, 'old' | 'new'> | undefined {
  const from = line.search(IMAGE);
  const to = line.lastIndexOf(BEHIND);
  if (from < 0 || to < from) return undefined;
  try {
    const value = attributesFromJson(line.slice(0, from) + line.slice(to)) as Partial<JournalLine>;
    const { keys, sequence, eventId, entity } = value;
    return keys && sequence && eventId && entity ? (value as JournalLine) : undefined;
  } catch {
    return undefined;
  }
}

/** @param value only while it is at hand */
const rowOf = (
  { table }: System,
  line: string,
  { keys, sequence, eventId, entity }: Omit<JournalLine, 'old' | 'new'>,
  value?: JournalLine,
): Row => ({
  item: partitionOf(keyOf(table, keys)),
  sequence: padSequence(sequence),
  id: eventId,
  kind: entity ?? UNKNOWN_KIND,
  line,
  value,
});
