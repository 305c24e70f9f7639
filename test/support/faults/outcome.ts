import { deriveEvents } from '../../../events/derive.ts';
import type { Envelope } from '../../../events/envelope.ts';
import type { Stack } from '../../../infra/local/stack.ts';
import type { Workplace } from '../../../infra/pipeline/workplace.ts';
import { incompleteStatus, type ParkedStatus, parkedStatus } from '../../../infra/views/lag.ts';
import { type Row, rowsByStatistic } from '../../../infra/views/statisticRows.ts';
import { archivedEvents } from '../../../processors/replay/events.ts';
import { type Verification, verify } from '../../../processors/statistics/verify.ts';
import { readBundles } from '../../../shared/archive/bundle.ts';
import { readJournal } from '../../../shared/archive/journal.ts';
import { isAfterwriteError } from '../../../shared/model/errors.ts';
import { keyText } from '../../../shared/model/keys.ts';
import { systemClock } from '../../../shared/ports/clock.ts';
import { realPause } from '../../../shared/ports/pause.ts';
import { type Change, decodeChange, keyOf } from '../../../shared/stream/change.ts';

/** All that can be seen of a stage when everything is idle. */
export interface Outcome {
  readonly rows: ReadonlyMap<string, Row[]>;
  readonly verification: Verification;
  /** Every change that the stream tells, in order. */
  readonly changes: readonly Change[];
  /** The events that these changes ask for. */
  readonly asked: readonly Envelope[];
  /** As the bus delivered them, repetitions included. */
  readonly delivered: readonly Envelope[];
  readonly archived: readonly Envelope[];
  /** Stream event ids in the journal. */
  readonly journal: ReadonlySet<string>;
  /** Keys of the user's items in the table, and in bundles. */
  readonly present: ReadonlySet<string>;
  readonly bundled: ReadonlySet<string>;
  readonly parked: readonly ParkedStatus[];
  readonly incomplete: number;
}

export async function outcomeOf(stack: Stack, place: Workplace): Promise<Outcome> {
  const changes = await streamOf(place);
  return {
    rows: await rowsByStatistic(place),
    verification: await verify(place, { clock: systemClock, pause: realPause, signal: new AbortController().signal }),
    changes,
    asked: changes.flatMap((change) => askedBy(place, change)),
    delivered: (stack.delivered(place.names.logGroup) ?? []).map((line): Envelope => JSON.parse(line).detail),
    archived: await collect(archivedEvents(place.system, place.names, place.archive, {})),
    journal: await journalOf(place),
    present: await presentIn(place),
    bundled: await bundledFrom(place, changes),
    parked: await parkedStatus(place),
    incomplete: (await incompleteStatus(place)).length,
  };
}

async function streamOf(place: Workplace): Promise<Change[]> {
  const source = await place.stream();
  const changes: Change[] = [];
  for (const shard of await source.shards()) {
    let iterator: string | undefined = await source.open(shard.id, undefined);
    while (iterator !== undefined) {
      const { records, next } = await source.read(iterator);
      if (records.length === 0) break;
      changes.push(...records.map((record) => decodeChange(place.system, record, source.stream, shard.id)));
      iterator = next;
    }
  }
  return changes;
}

function askedBy({ system, names }: Workplace, change: Change): Envelope[] {
  try {
    return deriveEvents(system, { stage: names.stage, table: names.table }, change);
  } catch (error) {
    if (isAfterwriteError(error, 'ITEM_MALFORMED')) return [];
    throw error;
  }
}

async function journalOf({ system, names, archive }: Workplace): Promise<Set<string>> {
  const changes = await collect(readJournal(system, names, archive));
  return new Set(changes.map(({ eventId }) => eventId));
}

async function presentIn({ system, table }: Workplace): Promise<Set<string>> {
  const keys = (await collect(table.scan())).map((item) => keyOf(system.table, item));
  return new Set(keys.filter((key) => system.sourceOf(key)?.derived === false).map(keyText));
}

async function bundledFrom({ system, names, archive }: Workplace, changes: readonly Change[]): Promise<Set<string>> {
  const owners = new Set(changes.map(({ key }) => key.pk).filter((pk) => pk.startsWith('REVIEW#')));
  const keys: string[] = [];
  for (const pk of owners)
    for (const item of (await readBundles(system, names, archive, 'review', { pk, sk: 'STATS' })).values())
      keys.push(keyText(keyOf(system.table, item)));
  return new Set(keys);
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
