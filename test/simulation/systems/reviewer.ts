import type { Attributes } from '../../../shared/model/attribute.ts';
import type { Key } from '../../../shared/model/keys.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { CATEGORIES, type ReviewVersion, SEVERITIES, STATUSES } from '../../../shared/systems/reviewerItems.ts';
import { findingItem, versionItem } from '../../support/given/reviewerItems.ts';
import { below, between, chance, pick, type Random } from '../random.ts';
import type { Cast, Plain } from './cast.ts';

const HASHES = ['h1', 'h2', 'h3'];
const REVIEWS = ['r1', 'r2', 'r3'];
const FINDINGS = ['f1', 'f2', 'f3'];
const STACKS = ['network', 'network', 'storage'];
const TIMES = ['2026-02-01T09:00:00.000Z', '2026-02-01T23:59:59.999Z', '2026-02-02T00:00:00.000Z'];
const NOT_A_SCORE = 140;
/** What has long expired, and what expires while some histories last. */
const EXPIRIES = [1, Date.parse('2026-02-01T10:00:30.000Z') / 1000];

const score = (random: Random): number => below(random, 101);

const fixed = (random: Random) => ({
  hash: pick(random, HASHES),
  findings: between(random, 1, 2),
  severity: pick(random, SEVERITIES),
  category: pick(random, CATEGORIES),
});

const fix = (random: Random): Partial<ReviewVersion> => ({
  fixApplied: true,
  riskScore: score(random),
  fixDetails: {
    by: 'r9',
    riskBefore: score(random),
    fixed: Array.from({ length: below(random, 3) }, () => fixed(random)),
  },
});

function version(random: Random): Attributes {
  const fields = {
    reviewId: pick(random, REVIEWS),
    version: between(random, 1, 4),
    stackId: pick(random, STACKS),
    status: pick(random, STATUSES),
    requestedAt: pick(random, TIMES),
    createdAt: pick(random, TIMES),
  };
  const more = pick(random, [() => ({}), () => ({ riskScore: score(random) }), () => fix(random)])();
  return versionItem({ ...fields, ...more }, chance(random, 0.1) ? { expiresAt: pick(random, EXPIRIES) } : {});
}

const finding = (random: Random): Attributes =>
  findingItem({
    findingId: pick(random, FINDINGS),
    reviewId: pick(random, REVIEWS),
    stackId: pick(random, STACKS),
    issueHash: pick(random, HASHES),
    severity: pick(random, SEVERITIES),
    category: pick(random, CATEGORIES),
    createdAt: pick(random, TIMES),
  });

function key(random: Random): Key {
  const reviewId = pick(random, REVIEWS);
  return chance(random, 0.5)
    ? { pk: `REVIEW#${reviewId}`, sk: `VERSION#${between(random, 1, 4)}` }
    : { pk: `FINDING#${pick(random, FINDINGS)}`, sk: `REVIEW#${reviewId}` };
}

const isVersion = (item: Attributes): boolean => item.version !== undefined;

function naive(standing: readonly Plain[], stored: readonly Plain[]): string[] {
  const versions = standing.filter((item) => item.version !== undefined);
  const newest = new Map<unknown, number>();
  for (const v of versions) newest.set(v.reviewId, Math.max(newest.get(v.reviewId) ?? 0, Number(v.version)));
  return stored
    .filter(({ SK, attempts }) => SK === 'STATS' && attempts !== undefined)
    .flatMap(({ PK, reviewId, attempts, now }) => {
      const own = versions.filter((v) => v.reviewId === reviewId);
      const shown = (now as { version?: unknown } | null)?.version;
      return [
        ...(attempts === own.length ? [] : [`${PK}: attempts is ${attempts}, there are ${own.length} versions`]),
        ...(shown === newest.get(reviewId) ? [] : [`${PK}: now.version is ${shown}, not ${newest.get(reviewId)}`]),
      ];
    });
}

export const reviewerCast: Cast = {
  system: reviewer,
  key,
  item: (random) => (chance(random, 0.55) ? version(random) : finding(random)),
  updated: (random, item) => ({
    ...item,
    stackId: { S: pick(random, STACKS) },
    createdAt: { S: pick(random, TIMES) },
    ...(isVersion(item) && { status: { S: pick(random, STATUSES) } }),
  }),
  malformed: (random) => ({ ...version(random), riskScore: { N: String(NOT_A_SCORE) } }),
  isMalformed: (item) => item.riskScore !== undefined && 'N' in item.riskScore && item.riskScore.N === `${NOT_A_SCORE}`,
  naive,
};
