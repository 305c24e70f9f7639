import { eventShelf } from '../../../events/archived.ts';
import { claimStore, keepClaims, toOutgoing } from '../../../events/claim.ts';
import type { Envelope } from '../../../events/envelope.ts';
import { compact } from '../../../processors/archive/compact.ts';
import { archiveProcessor } from '../../../processors/archive/handler.ts';
import { bundleOf } from '../../../shared/archive/bundle.ts';
import { bundleKey, collectionPrefix } from '../../../shared/archive/layout.ts';
import { writeProven } from '../../../shared/archive/lines.ts';
import { journalShelf } from '../../../shared/archive/shelf.ts';
import { spillPlace, writeSpilled } from '../../../shared/archive/spilled.ts';
import type { Attributes } from '../../../shared/model/attribute.ts';
import { namesOf } from '../../../shared/model/names.ts';
import type { ArchiveStore } from '../../../shared/ports/archiveStore.ts';
import type { Change } from '../../../shared/stream/change.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { memoryState } from '../memory/memoryState.ts';
import { changeOf } from './changes.ts';
import { findingItem, versionItem } from './reviewerItems.ts';

/*
 * A small archive of every kind of object, of values that formats are apt to lose. What version 1 made of it lies in
 * test/fixtures/archive/v1 and is never made again: every later version must read it.
 */

export const sampleNames = namesOf(reviewer, 'sample');

const HOUR_MS = 3_600_000;
const START = Date.parse('2026-02-01T10:20:30.000Z');

/** 2,048 bytes, the longest that DynamoDB takes, of what separates and of what has more than one byte. */
const LONG_KEY = `ODD#/${'🦊/é#%'.repeat(227)}`;

const ODD: Attributes = {
  largest: { N: '99999999999999999999999999999999999999' },
  smallest: { N: '-1.2345678901234567890123456789012345678E-130' },
  numbers: { NS: ['12345678901234567890123456789012345678', '0', '-0.1'] },
  texts: { SS: ['', 'é', '🦊', '"\\\n\u2028'] },
  bytes: { B: new Uint8Array([0, 10, 13, 255]) },
  noBytes: { B: new Uint8Array() },
  manyBytes: { BS: [new Uint8Array([1]), new Uint8Array([0, 255])] },
  nothing: { NULL: true },
  empty: { S: '' },
  truth: { BOOL: false },
  emptyList: { L: [] },
  emptyMap: { M: {} },
  nested: { L: [{ M: { '': { S: 'named by nothing' }, B: { S: 'no bytes' } } }, { NULL: true }] },
};

const pending = versionItem({ reviewId: 'r/1' });
const completed = versionItem({ reviewId: 'r/1', version: 2, status: 'completed', riskScore: 60 });
const finding = findingItem({ reviewId: 'r/1', path: 'módulo/🦊.tf' });
const unknown: Attributes = { PK: { S: LONG_KEY }, SK: { S: 'x' }, ...ODD };

const SOURCE = { pk: 'REVIEW#r/1', sk: 'STATS' };
export const sampleBundleItems: readonly Attributes[] = [pending, { ...completed, ...ODD }, finding];
const about = { collection: 'review', source: SOURCE, due: START };
const bundle = bundleOf(reviewer, sampleNames, about, sampleBundleItems);
const leaving: Attributes = { ...pending, afterwrite: { M: { leaving: { S: bundle.id } } } };

/** In the order of the stream; the second hour begins with the sixth. */
export const sampleChanges: readonly Change[] = [
  changeOf({ new: { ...pending, ...ODD }, sequence: '1', at: START }),
  changeOf({ new: unknown, sequence: '2', at: START + 1_000, shard: 'shardId-00000001-a' }),
  changeOf({ new: completed, sequence: '30000000000000000000000000000000000003', at: START + 2_000 }),
  changeOf({ new: finding, sequence: '30000000000000000000000000000000000004', at: START + 2_000 }),
  changeOf({ old: unknown, sequence: '5', at: START + 3_000, shard: 'shardId-00000001-a' }),
  changeOf({
    old: { ...finding, expiresAt: { N: '1' } },
    byTtl: true,
    sequence: '40000000000000000000000000000000000006',
    at: START + HOUR_MS,
  }),
  changeOf({ old: leaving, sequence: '40000000000000000000000000000000000007', at: START + HOUR_MS }),
];

const FIRST_HOUR = 5;
export const sampleSpilled = sampleChanges.slice(2, 4);

/** Writes it by the code of today. The first hour is compacted, the second is loose. */
export async function writeSample(archive: ArchiveStore): Promise<void> {
  const processor = archiveProcessor(reviewer, sampleNames, { archive, state: memoryState() });
  await processor.process(sampleChanges.slice(0, FIRST_HOUR));
  const options = { segmentBytes: 1, patienceMs: 0, now: START + 3 * HOUR_MS };
  for (const shelf of [journalShelf(reviewer, sampleNames, archive), eventShelf(reviewer, sampleNames, archive)])
    await compact(shelf, options);
  await processor.process(sampleChanges.slice(FIRST_HOUR));
  const prefix = collectionPrefix(reviewer, sampleNames, about.collection, SOURCE);
  await writeProven(archive, bundle.lines, (hash) => bundleKey(prefix, bundle.id, hash));
  const claims = claimStore(reviewer, sampleNames, archive);
  await keepClaims(claims, [toOutgoing(reviewer.name, LARGE, claims)]);
  await writeSpilled(archive, spillPlace(reviewer, sampleNames), sampleSpilled);
}

/** Too large for the bus, and small when compressed. */
const LARGE: Envelope = {
  metadata: {
    id: '0123456789abcdef0123456789abcdef',
    type: 'ReviewFailed',
    version: 1,
    dataSchema: 'afterwrite/reviewer/ReviewFailed/1',
    time: '2026-02-01T10:20:30.000Z',
    subject: 'REVIEW#r/1/VERSION#2',
    partitionKey: 'REVIEW#r%2F1/VERSION#2',
    sequence: '1',
    correlationId: 'r/1',
    causationId: 'event-1',
    origin: { stage: 'sample', table: sampleNames.table, cause: 'write', streamEventId: 'event-1' },
  },
  data: { text: '🦊'.repeat(60_000) },
};

export const sampleClaimed = JSON.stringify(LARGE.data);
