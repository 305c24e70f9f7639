import fc from 'fast-check';
import type { Attributes } from '../../../shared/model/attribute.ts';
import { imageHash } from '../../../shared/model/imageHash.ts';
import type { Key } from '../../../shared/model/keys.ts';
import { RESERVED_ATTRIBUTE } from '../../../shared/model/reserved.ts';
import type { Finding, ReviewVersion } from '../../../shared/systems/reviewerItems.ts';
import { CATEGORIES, SEVERITIES, STATUSES } from '../../../shared/systems/reviewerItems.ts';
import { findingItem, versionItem } from '../../support/given/reviewerItems.ts';
import type { MemoryTable } from '../../support/memory/memoryTable.ts';

/** What users, the TTL and the sweeper do to items. Small numbers of everything, so that much happens to each. */
export type Act =
  | { readonly act: 'version'; readonly version: Partial<ReviewVersion> }
  | { readonly act: 'finding'; readonly finding: Partial<Finding> }
  | { readonly act: 'malformed'; readonly version: Partial<ReviewVersion> }
  | { readonly act: 'delete' | 'ttl' | 'ttl-inferred' | 'archive'; readonly key: Key };

const HASHES = ['h1', 'h2', 'h3'];
const reviewId = fc.constantFrom('r1', 'r2', 'r3');
const stackId = fc.constantFrom('network', 'network', 'storage');
const number = fc.integer({ min: 1, max: 4 });
const time = fc.constantFrom('2026-02-01T09:00:00.000Z', '2026-02-01T23:59:59.999Z', '2026-02-02T00:00:00.000Z');
const score = fc.integer({ min: 0, max: 100 });

const fixed = fc.record({
  hash: fc.constantFrom(...HASHES),
  findings: fc.integer({ min: 1, max: 2 }),
  severity: fc.constantFrom(...SEVERITIES),
  category: fc.constantFrom(...CATEGORIES),
});
const fix = fc.record({
  fixApplied: fc.constant(true),
  riskScore: score,
  fixDetails: fc.record({ by: fc.constant('r9'), riskBefore: score, fixed: fc.array(fixed, { maxLength: 2 }) }),
});
const base = fc.record({
  reviewId,
  version: number,
  stackId,
  status: fc.constantFrom(...STATUSES),
  requestedAt: time,
  createdAt: time,
});
const version = fc.oneof(
  base,
  fc.tuple(base, score).map(([b, riskScore]) => ({ ...b, riskScore })),
  fc.tuple(base, fix).map(([b, f]) => ({ ...b, ...f })),
);
const finding = fc.record({
  findingId: fc.constantFrom('f1', 'f2', 'f3'),
  reviewId,
  stackId,
  issueHash: fc.constantFrom(...HASHES),
  severity: fc.constantFrom(...SEVERITIES),
  category: fc.constantFrom(...CATEGORIES),
  createdAt: time,
});
const key = fc.oneof(
  fc.tuple(reviewId, number).map(([r, n]) => ({ pk: `REVIEW#${r}`, sk: `VERSION#${n}` })),
  fc.tuple(fc.constantFrom('f1', 'f2', 'f3'), reviewId).map(([f, r]) => ({ pk: `FINDING#${f}`, sk: `REVIEW#${r}` })),
);

const gone = fc.constantFrom(
  'delete' as const,
  'delete' as const,
  'ttl' as const,
  'ttl-inferred' as const,
  'archive' as const,
);

export const soundAct: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: version.map((v): Act => ({ act: 'version', version: v })) },
  { weight: 3, arbitrary: finding.map((f): Act => ({ act: 'finding', finding: f })) },
  { weight: 4, arbitrary: fc.tuple(gone, key).map(([act, k]): Act => ({ act, key: k })) },
);

export const anyAct: fc.Arbitrary<Act> = fc.oneof(
  { weight: 9, arbitrary: soundAct },
  { weight: 1, arbitrary: base.map((v): Act => ({ act: 'malformed', version: { ...v, riskScore: 140 } })) },
);

/** @param archived copies of what the sweeper took, by key: an archived item that is archived again is put back. */
export function perform(act: Act, table: MemoryTable, archived: Map<string, Attributes>): Promise<void> | void {
  if (act.act === 'version' || act.act === 'malformed') return table.put(versionItem(act.version));
  if (act.act === 'finding') return table.put(findingItem(act.finding));
  if (act.act === 'delete') return table.remove(act.key);
  if (act.act === 'ttl') return table.remove(act.key, { byTtl: true });
  if (act.act === 'ttl-inferred') return expire(table, act.key);
  return archive(table, act.key, archived);
}

function expire(table: MemoryTable, at: Key): void {
  const item = table.item(at);
  if (!item) return;
  table.put({ ...item, expiresAt: { N: '1' } });
  table.remove(at);
}

async function archive(table: MemoryTable, at: Key, archived: Map<string, Attributes>): Promise<void> {
  const id = `${at.pk} ${at.sk}`;
  const copy = archived.get(id);
  const item = table.item(at);
  if (item) {
    archived.set(id, item);
    const copy = { key: at, attributes: item, lacks: [], hash: imageHash(item) };
    await table.mark([{ copy, leaving: 'bundle-1', head: false }]);
    await table.removeMarked([copy], 'bundle-1');
  } else if (copy) {
    archived.delete(id);
    table.put({ ...copy, [RESERVED_ATTRIBUTE]: { M: { restored: { S: 'bundle-1' } } } });
  }
}
