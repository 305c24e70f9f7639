import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { eventShelf } from '../../events/archived.ts';
import { compact } from '../../processors/archive/compact.ts';
import { archiveProcessor } from '../../processors/archive/handler.ts';
import { envelopeFeed } from '../../processors/replay/feed.ts';
import { beginReplay } from '../../processors/replay/ledger.ts';
import { runReplay } from '../../processors/replay/run.ts';
import { sourceOf } from '../../processors/replay/source.ts';
import type { ReplayTarget } from '../../processors/replay/target.ts';
import type { Shelf } from '../../shared/archive/shelf.ts';
import { DAY_MS } from '../../shared/model/retention.ts';
import { systemClock } from '../../shared/ports/clock.ts';
import { realPause } from '../../shared/ports/pause.ts';
import type { StreamRecord } from '../../shared/stream/record.ts';
import { ARCHIVE_BATCH, type BenchStage, freshChanges } from './benchStage.ts';
import type { Figure } from './figure.ts';
import { fastestOfBoth, inBatches } from './timing.ts';

const gunzipAsync = promisify(gunzip);

const SEGMENT_BYTES = 64_000_000;
/** As a file's. */
const PORTION = 5_000;
/** Changes a second that the project asked for, where a bare loop can do that. */
const ASKED = 50_000;
const SHARE_OF_BARE = 0.7;

type Place = Pick<BenchStage['place'], 'system' | 'names' | 'archive' | 'state'>;

/** The records so often, each time behind the last: what is done once a replay is little beside it then. */
const COPIES = 4;
const COPY_APART = 10n ** 30n;

/**
 * Replays archived events to a target that takes everything and does nothing (segments read, proven, put in order, selected,
 * marked; progress noted), beside a bare loop over the same objects: read, gunzip, split, parse.
 */
export async function measureReplay(stage: BenchStage, records: readonly StreamRecord[]): Promise<Figure> {
  const { place } = stage;
  const names = { ...place.names, stage: `${place.names.stage}-replay` };
  const processor = archiveProcessor(place.system, names, place);
  for (let copy = 0; copy < COPIES; copy++)
    for (const batch of inBatches(freshChanges(stage, records.map(copied(copy))), ARCHIVE_BATCH))
      await processor.process(batch);
  const shelf = eventShelf(place.system, names, place.archive);
  const now = systemClock.now() + DAY_MS;
  await compact(shelf, { segmentBytes: SEGMENT_BYTES, patienceMs: 0, everything: true, now });
  let lines = 0;
  const [replaying, bare] = await fastestOfBoth(
    (pass) => () => replay({ ...place, names }, String(pass)),
    () => async () => {
      lines = await readBare(shelf);
    },
  );
  const beside = { what: 'read, gunzip, parse', rate: lines / bare };
  // Beyond what was asked for, it is of no account what a bare loop can do.
  const asked = Math.min(SHARE_OF_BARE, ASKED / beside.rate);
  return { name: 'replay', unit: 'changes/s', rate: lines / replaying, beside, asked: `≥ ${asked.toFixed(2)}` };
}

const copied =
  (copy: number) =>
  (record: StreamRecord): StreamRecord => ({
    ...record,
    eventId: `${record.eventId}-${copy}`,
    sequence: String(BigInt(record.sequence) + BigInt(copy) * COPY_APART),
  });

async function replay({ system, names, archive, state }: Place, id: string): Promise<void> {
  const target = { kind: 'bus' } as const;
  const asked = { selection: {}, rederive: false, target, restore: { tier: 'Standard', days: 1 } } as const;
  const ledger = await beginReplay(state, asked, { id, by: id, now: systemClock.now() });
  await runReplay(ledger, {
    feed: envelopeFeed(sourceOf(system, names, archive, asked)),
    target: NOTHING,
    resumed: false,
    clock: systemClock,
    pause: realPause,
    signal: new AbortController().signal,
  });
}

const NOTHING: ReplayTarget = {
  name: 'nothing',
  portion: PORTION,
  check: async () => {},
  open: async () => {},
  send: async () => undefined,
  close: async () => {},
};

/** @returns how many lines */
async function readBare({ archive, segments }: Shelf): Promise<number> {
  let lines = 0;
  for await (const { key } of archive.list(segments)) {
    const text = (await gunzipAsync(await archive.get(key))).toString();
    for (const line of text.split('\n')) if (line !== '' && JSON.parse(line)) lines++;
  }
  return lines;
}
