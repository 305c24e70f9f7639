import * as z from 'zod';
import { entity } from '../model/entity.ts';
import { dayOf, timestamp } from '../model/time.ts';
import { indexShard } from './indexShard.ts';

export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const;
export const CATEGORIES = ['security', 'reliability', 'cost', 'maintainability', 'style'] as const;
export const STATUSES = ['pending', 'completed', 'failed'] as const;

const Severity = z.enum(SEVERITIES);
const Score = z.number().int().min(0).max(100);
const Version = z.number().int().min(1);

/** What a fix version tells of itself: which findings of this review the fixing review removed, and the risk before. */
const FixDetails = z.object({
  by: z.string().min(1),
  riskBefore: Score,
  fixed: z.array(
    z.object({
      hash: z.string().min(1),
      findings: z.number().int().min(1),
      severity: Severity,
      category: z.string().min(1),
    }),
  ),
});

const ReviewVersion = z.object({
  reviewId: z.string().min(1),
  version: Version,
  previousVersion: Version.optional(),
  stackId: z.string().min(1),
  status: z.enum(STATUSES),
  riskScore: Score.optional(),
  requestedAt: timestamp(),
  createdAt: timestamp(),
  createdBy: z.string().min(1),
  fixApplied: z.boolean().optional(),
  fixDetails: FixDetails.optional(),
  error: z.string().optional(),
});
export type ReviewVersion = z.output<typeof ReviewVersion>;

const Finding = z.object({
  findingId: z.string().min(1),
  reviewId: z.string().min(1),
  stackId: z.string().min(1),
  issueHash: z.string().min(1),
  rule: z.string().min(1),
  category: z.string().min(1),
  severity: Severity,
  path: z.string(),
  line: z.number().int().min(0),
  createdAt: timestamp(),
});
export type Finding = z.output<typeof Finding>;

export const version = entity('version', {
  key: 'REVIEW#{reviewId} / VERSION#{version}',
  schema: ReviewVersion,
  immutable: true,
  time: (v) => v.createdAt,
  correlate: (v) => v.reviewId,
  actor: (v) => v.createdBy,
  indexes: (v) => (v.riskScore === undefined ? {} : { GSI2PK: `${dayOf(v.createdAt)}#${indexShard(v.reviewId)}` }),
  example: {
    reviewId: '74ab9e4e5777',
    version: 3,
    previousVersion: 2,
    stackId: 'network/production',
    status: 'completed',
    riskScore: 8,
    requestedAt: '2026-01-31T09:00:00.000Z',
    createdAt: '2026-02-01T10:00:00.000Z',
    createdBy: 'u-1',
    fixApplied: true,
    fixDetails: {
      by: '0c1d2e3f4a5b',
      riskBefore: 28,
      fixed: [{ hash: '794b940c03cf', findings: 1, severity: 'high', category: 'security' }],
    },
  },
});

export const finding = entity('finding', {
  key: 'FINDING#{findingId} / REVIEW#{reviewId}',
  schema: Finding,
  immutable: true,
  time: (f) => f.createdAt,
  correlate: (f) => f.reviewId,
  indexes: (f) => ({ GSI3PK: `${f.category}#${f.issueHash}`, GSI3SK: Date.parse(f.createdAt) }),
  example: {
    findingId: '74ab9e4e5777-0',
    reviewId: '74ab9e4e5777',
    stackId: 'network/production',
    issueHash: '794b940c03cf',
    rule: 'open-ingress-ipv4',
    category: 'security',
    severity: 'high',
    path: 'network/main.tf',
    line: 12,
    createdAt: '2026-02-01T10:00:00.000Z',
  },
});

/** Points that a fix version took off its review's risk. */
export const riskRemoved = (v: ReviewVersion): number =>
  v.fixDetails === undefined || v.riskScore === undefined ? 0 : v.fixDetails.riskBefore - v.riskScore;
