import type { BusEntry } from '../shared/ports/eventBus.ts';
import type { Envelope } from './envelope.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const ENTRIES_A_CALL = 10;
/**
 * A call holds 1 MB in total; a target may be smaller (SNS: 256 KB), so one entry stays below that.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
 */
const MAX_CALL_BYTES = 1024 * 1024;
export const MAX_ENTRY_BYTES = 256 * 1024;
/** Ten of this size are a full call: only what is larger can make bytes the limit. */
const LARGE_BYTES = MAX_CALL_BYTES / ENTRIES_A_CALL;
const TIME_BYTES = 14;

/** An event on its way, with the envelope that it carries. */
export interface Outgoing {
  readonly entry: BusEntry;
  /** As the service counts them. */
  readonly bytes: number;
  readonly envelope: Envelope;
  /** JSON of the data that the envelope only names: to be kept where its claim says before the entry is put. */
  readonly claimed?: string;
}

/** Bytes of an entry by EventBridge's own formula. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html */
export const entryBytes = (entry: BusEntry): number =>
  TIME_BYTES + Buffer.byteLength(entry.source) + Buffer.byteLength(entry.detailType) + Buffer.byteLength(entry.detail);

/** The events of one partition key that are not in a call yet, in order. */
interface Line {
  readonly events: readonly Outgoing[];
  /** How many of them are left. */
  left: number;
}

/**
 * Cuts events into calls: at most one event of a partition key in each, for a call may fail in part and a later event must
 * not overtake an earlier one; a key's events in order. Each call is filled from the keys that have most events left, which
 * gives the fewest calls that this rule and the count allow (T. C. Hu, 1961, for chains of equal tasks); so the calls do not
 * come in the order of arrival. Among equals large entries go first, small ones fill up what they leave.
 */
export function pack(outgoing: readonly Outgoing[]): Outgoing[][] {
  const levels = linesByLength(outgoing);
  const calls: Outgoing[][] = [];
  for (let left = outgoing.length; left > 0; ) {
    const call = takeCall(levels);
    calls.push(call);
    left -= call.length;
  }
  return calls;
}

/** Lines by how many events they have left; of equals those with a large first event before the others. */
function linesByLength(outgoing: readonly Outgoing[]): Line[][] {
  const byKey = new Map<string, Outgoing[]>();
  for (const one of outgoing) {
    const { partitionKey } = one.envelope.metadata;
    const events = byKey.get(partitionKey);
    if (events) events.push(one);
    else byKey.set(partitionKey, [one]);
  }
  const levels: Line[][] = [];
  for (const events of byKey.values()) {
    levels[events.length] ??= [];
    levels[events.length]?.push({ events, left: events.length });
  }
  return Array.from(levels, (lines = []) => lines.sort((a, b) => weight(b) - weight(a)));
}

const next = ({ events, left }: Line): Outgoing => events[events.length - left] as Outgoing;

const weight = (line: Line): number => (next(line).bytes > LARGE_BYTES ? next(line).bytes : 0);

/** One call, from the longest lines down. Lines that gave an event go to the end of the next shorter ones. */
function takeCall(levels: Line[][]): Outgoing[] {
  const call: Outgoing[] = [];
  const taken: Line[] = [];
  let bytes = 0;
  for (let length = levels.length - 1; length > 0 && call.length < ENTRIES_A_CALL; length--) {
    const lines = levels[length] ?? [];
    const skipped: Line[] = [];
    let seen = 0;
    for (; seen < lines.length && call.length < ENTRIES_A_CALL; seen++) {
      const line = lines[seen] as Line;
      const one = next(line);
      // What alone is over the limit goes alone, to be refused.
      if (call.length > 0 && bytes + one.bytes > MAX_CALL_BYTES) {
        skipped.push(line);
        continue;
      }
      call.push(one);
      bytes += one.bytes;
      taken.push(line);
    }
    if (seen > 0) levels[length] = [...skipped, ...lines.slice(seen)];
  }
  for (const line of taken) levels[--line.left]?.push(line);
  return call;
}
