import { isoUtc, startOfHour } from '../model/time.ts';
import type { StateRecord, StateStore } from '../ports/stateStore.ts';
import type { Change } from '../stream/change.ts';
import { compareSequence, isAfter } from '../stream/sequence.ts';

/**
 * How many records of one shard and one hour of stream time the archive has read: what its journal is held against. Only
 * records that are proven in the journal are counted.
 *
 * A shard is read in order, and whoever reads on has counted what lies before; so of what is given, what lies behind the last
 * counted record is new, and all of it. Each row is written on the condition that nobody moved it since: redelivered in any
 * cut, after a crash, or beside a second owner, a record counts once.
 */
export interface RecordCount {
  readonly stream: string;
  readonly shard: string;
  /** Its start, epoch milliseconds. */
  readonly hour: number;
  /** Sequence numbers of the first and the last record that were counted. */
  readonly first: string;
  readonly last: string;
  /** Records of items that users write, and of derived ones. */
  readonly user: number;
  readonly derived: number;
}

const PARTITION = 'RECORDS';
const sortKey = ({ hour, stream, shard }: Pick<RecordCount, 'hour' | 'stream' | 'shard'>): string =>
  `${isoUtc(hour)}#${stream}#${shard}`;

/** @param changes of one or more shards, each in order */
export async function countRecords(state: StateStore, changes: readonly Change[]): Promise<void> {
  for (const [sk, records] of byHour(changes)) {
    let saved = false;
    while (!saved) {
      const stored = await state.get(PARTITION, sk);
      const next = added(stored && fromRecord(stored), records);
      if (!next) break;
      const record = { pk: PARTITION, sk, ...next };
      saved = await (stored ? state.putIf(record, { last: String(stored.last) }) : state.putIfAbsent(record));
    }
  }
}

/** All of them, oldest hour first. @param since epoch milliseconds: only those of this hour and later ones */
export async function listRecordCounts(state: Pick<StateStore, 'query'>, since = 0): Promise<RecordCount[]> {
  const counts: RecordCount[] = [];
  for await (const record of state.query(PARTITION, { from: isoUtc(since) })) counts.push(fromRecord(record));
  return counts;
}

function byHour(changes: readonly Change[]): Map<string, Change[]> {
  const hours = new Map<string, Change[]>();
  for (const change of changes) {
    const { stream, shard } = change.position;
    const sk = sortKey({ stream, shard, hour: startOfHour(change.at) });
    const known = hours.get(sk);
    if (known) known.push(change);
    else hours.set(sk, [change]);
  }
  return hours;
}

/** Undefined where all of them were counted before. @param records of one shard and hour */
function added(stored: RecordCount | undefined, records: readonly Change[]): RecordCount | undefined {
  const fresh = records
    .filter(({ position }) => isAfter(position.sequence, stored?.last))
    .sort((a, b) => compareSequence(a.position.sequence, b.position.sequence));
  const [first, last] = [fresh[0], fresh[fresh.length - 1]];
  if (!first || !last) return undefined;
  const { stream, shard } = first.position;
  const derived = fresh.filter(({ source }) => source?.derived === true).length;
  return {
    stream,
    shard,
    hour: startOfHour(first.at),
    first: stored?.first ?? first.position.sequence,
    last: last.position.sequence,
    user: (stored?.user ?? 0) + fresh.length - derived,
    derived: (stored?.derived ?? 0) + derived,
  };
}

const fromRecord = ({ stream, shard, hour, first, last, user, derived }: StateRecord): RecordCount => ({
  stream: String(stream),
  shard: String(shard),
  hour: Number(hour),
  first: String(first),
  last: String(last),
  user: Number(user),
  derived: Number(derived),
});
