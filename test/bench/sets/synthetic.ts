import { z } from 'zod';
import { entity } from '../../../shared/model/entity.ts';
import { count } from '../../../shared/model/measures/count.ts';
import { statistic } from '../../../shared/model/statistic.ts';
import { defineSystem } from '../../../shared/model/system.ts';
import type { StreamRecord } from '../../../shared/stream/record.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';

const STACKS = 50;
const ISSUES = 80;
/** Of the generator: the same records on every machine. */
const SEED = 20_260_101;
const FIRST_SECOND = Date.UTC(2026, 0, 1);
/** As long as those of DynamoDB. */
const FIRST_SEQUENCE = 10n ** 23n;

const hit = entity('hit', {
  key: 'HIT#{hitId} / OF#{stackId}',
  schema: z.object({ hitId: z.string(), stackId: z.string(), issueHash: z.string(), severity: z.string() }),
  example: { hitId: '1', stackId: 'stack-1', issueHash: 'issue-1', severity: 'high' },
});

const stack = statistic('stack', {
  key: 'STACK#{stackId} / STATS',
  measures: { hits: count() },
  feeds: (from) => [from(hit, (h) => [{ into: { stackId: h.stackId }, add: { hits: 1 } }])],
});

const issue = statistic('issue', {
  key: 'ISSUE#{issueHash} / STATS',
  measures: { hits: count() },
  feeds: (from) => [from(hit, (h) => [{ into: { issueHash: h.issueHash }, add: { hits: 1 } }])],
});

/** Two counters a record, in 130 aggregates. */
export const synthetic = defineSystem({
  name: 'synthetic',
  table: reviewer.table,
  entities: [hit],
  statistics: [stack, issue],
  events: [],
  retention: [],
});

/** The record at a place of the endless synthetic stream: by its place alone, so that no record need be kept. */
export function syntheticRecord(place: number): StreamRecord {
  const stackId = `stack-${mixed(place) % STACKS}`;
  const issueHash = `issue-${mixed(place ^ 0x55555555) % ISSUES}`;
  const hitId = String(place);
  const keys = { PK: { S: `HIT#${hitId}` }, SK: { S: `OF#${stackId}` } };
  return {
    eventId: `event-${place}`,
    sequence: String(FIRST_SEQUENCE + BigInt(place)),
    at: FIRST_SECOND + Math.floor(place / 1000) * 1000,
    keys,
    old: undefined,
    new: {
      ...keys,
      hitId: { S: hitId },
      stackId: { S: stackId },
      issueHash: { S: issueHash },
      severity: { S: 'high' },
    },
    byTtl: false,
  };
}

export const syntheticRecords = (length: number): StreamRecord[] =>
  Array.from({ length }, (_, place) => syntheticRecord(place));

/** A whole number from 0 that looks drawn by chance (the finalizer of MurmurHash3). */
function mixed(place: number): number {
  let h = (place + SEED) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
