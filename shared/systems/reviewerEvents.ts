import * as z from 'zod';
import { event, fallsBelow, headArchived, type ItemChange, inserted, passes, violated } from '../model/event.ts';
import { timestamp } from '../model/time.ts';
import { riskRemoved, SEVERITIES, version } from './reviewerItems.ts';
import { issue, stack } from './reviewerStatistics.ts';

const SINCE = '0.1.0';

const OCCURRENCES = [2, 10, 100, 1000];
const RISK_LEVELS = [25, 50, 75];

const ofReview = { reviewId: z.string(), version: z.number().int(), stackId: z.string() };
const score = z.number().min(0).max(100);

const about = (v: typeof version.example) => ({ reviewId: v.reviewId, version: v.version, stackId: v.stackId });

const exampleOf = { reviewId: '74ab9e4e5777', version: 2, stackId: 'network/production' };
const requestedAt = '2026-01-31T09:00:00.000Z';
const finishedAt = '2026-01-31T09:04:10.000Z';

export const reviewRequested = event('ReviewRequested', {
  version: 1,
  since: SINCE,
  description: 'A review was asked for: a pending version came to be.',
  when: inserted(version, (v) => v.status === 'pending' && !v.fixApplied),
  schema: z.object({ ...ofReview, requestedAt: timestamp(), requestedBy: z.string() }),
  data: (v) => ({
    ...about(v),
    requestedAt: v.requestedAt,
    requestedBy: v.createdBy,
  }),
  example: { ...exampleOf, version: 1, requestedAt, requestedBy: 'u-1' },
});

export const reviewCompleted = event('ReviewCompleted', {
  version: 1,
  since: SINCE,
  description: 'A review was completed with a risk score.',
  when: inserted(version, (v) => v.status === 'completed' && !v.fixApplied),
  schema: z.object({ ...ofReview, riskScore: score.nullable(), requestedAt: timestamp(), completedAt: timestamp() }),
  data: (v) => ({
    ...about(v),
    riskScore: v.riskScore ?? null,
    requestedAt: v.requestedAt,
    completedAt: v.createdAt,
  }),
  example: { ...exampleOf, riskScore: 28, requestedAt, completedAt: finishedAt },
});

export const reviewFailed = event('ReviewFailed', {
  version: 1,
  since: SINCE,
  description: 'A review failed; alerting listens to it.',
  when: inserted(version, (v) => v.status === 'failed' && !v.fixApplied),
  schema: z.object({ ...ofReview, error: z.string().nullable(), requestedAt: timestamp(), failedAt: timestamp() }),
  data: (v) => ({
    ...about(v),
    error: v.error ?? null,
    requestedAt: v.requestedAt,
    failedAt: v.createdAt,
  }),
  example: { ...exampleOf, error: 'the plan could not be read', requestedAt, failedAt: finishedAt },
});

const Fixed = z.object({
  hash: z.string(),
  findings: z.number().int(),
  severity: z.enum(SEVERITIES),
  category: z.string(),
});

export const fixApplied = event('FixApplied', {
  version: 1,
  since: SINCE,
  description: 'A later review removed findings of this one: risk before and after are compared.',
  when: inserted(version, (v) => v.fixApplied === true),
  schema: z.object({
    ...ofReview,
    by: z.string().nullable(),
    riskBefore: score.nullable(),
    riskAfter: score.nullable(),
    riskRemoved: z.number(),
    fixed: z.array(Fixed),
  }),
  data: (v) => ({
    ...about(v),
    by: v.fixDetails?.by ?? null,
    riskBefore: v.fixDetails?.riskBefore ?? null,
    riskAfter: v.riskScore ?? null,
    riskRemoved: riskRemoved(v),
    fixed: v.fixDetails?.fixed ?? [],
  }),
  example: {
    ...exampleOf,
    version: 3,
    by: '0c1d2e3f4a5b',
    riskBefore: 28,
    riskAfter: 8,
    riskRemoved: 20,
    fixed: [{ hash: '794b940c03cf', findings: 1, severity: 'high', category: 'security' }],
  },
});

export const issueRecurring = event('IssueRecurring', {
  version: 1,
  since: SINCE,
  description: 'An issue was found for the 2nd, 10th, 100th or 1,000th time: one event for each threshold passed.',
  when: passes(issue, (i) => i.occurrences, OCCURRENCES),
  schema: z.object({
    issueHash: z.string(),
    rule: z.string().nullable(),
    category: z.string().nullable(),
    severity: z.string().nullable(),
    threshold: z.number().int(),
    occurrences: z.number().int(),
    stacks: z.number().int(),
  }),
  data: (i, threshold) => ({
    issueHash: i.issueHash,
    rule: i.what?.rule ?? null,
    category: i.what?.category ?? null,
    severity: i.what?.severity ?? null,
    threshold,
    occurrences: i.occurrences,
    stacks: i.stacks,
  }),
  example: {
    issueHash: '794b940c03cf',
    rule: 'open-ingress-ipv4',
    category: 'security',
    severity: 'high',
    threshold: 10,
    occurrences: 10,
    stacks: 4,
  },
});

const StackRisk = z.object({
  stackId: z.string(),
  level: z.number(),
  mean: z.number().nullable(),
  previousMean: z.number().nullable(),
  reviews: z.number().int(),
});

type StackItem = typeof stack.example;

const stackRisk = (s: StackItem, level: number, { old }: ItemChange<StackItem>) => ({
  stackId: s.stackId,
  level,
  mean: s.risk.mean,
  previousMean: old?.risk.mean ?? null,
  reviews: s.reviews,
});

export const stackRiskRaised = event('StackRiskRaised', {
  version: 1,
  since: SINCE,
  description: "A stack's mean risk reached 25, 50 or 75: one event for each level.",
  when: passes(stack, (s) => s.risk.mean, RISK_LEVELS),
  schema: StackRisk,
  data: stackRisk,
  example: { stackId: 'network/production', level: 50, mean: 51.5, previousMean: 49.25, reviews: 12 },
});

export const stackRiskLowered = event('StackRiskLowered', {
  version: 1,
  since: SINCE,
  description: "A stack's mean risk fell below 75, 50 or 25: one event for each level.",
  when: fallsBelow(stack, (s) => s.risk.mean, RISK_LEVELS),
  schema: StackRisk,
  data: stackRisk,
  example: { stackId: 'network/production', level: 50, mean: 48, previousMean: 51.5, reviews: 13 },
});

export const reviewArchived = event('ReviewArchived', {
  version: 1,
  since: SINCE,
  description: 'A closed review left the table: all its versions and findings are proven in one bundle.',
  when: headArchived(version),
  schema: z.object({ ...ofReview, status: z.string(), bundle: z.string() }),
  data: (v, { bundle }) => ({ ...about(v), status: v.status, bundle }),
  example: { ...exampleOf, version: 3, status: 'completed', bundle: '0123456789abcdef01234567' },
});

export const immutabilityViolated = event('ImmutabilityViolated', {
  version: 1,
  since: SINCE,
  description: 'A version was modified, or deleted by a user. Statistics follow the table.',
  when: violated(version),
  schema: z.object({ ...ofReview, violation: z.enum(['modified', 'deleted']), fields: z.array(z.string()) }),
  data: (v, { fields }, change) => ({
    ...about(v),
    violation: change.new === undefined ? ('deleted' as const) : ('modified' as const),
    fields,
  }),
  example: { ...exampleOf, violation: 'modified', fields: ['riskScore'] },
});
