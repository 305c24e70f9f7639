import { z } from 'zod';
import { event, fallsBelow, headArchived, type ItemChange, inserted, passes, violated } from '../model/event.ts';
import { timestamp } from '../model/time.ts';
import { riskRemoved, SEVERITIES, version } from './reviewerItems.ts';
import { issue, stack } from './reviewerStatistics.ts';

const OCCURRENCES = [2, 10, 100, 1000];
const RISK_LEVELS = [25, 50, 75];

const ofReview = { reviewId: z.string(), version: z.number().int(), stackId: z.string() };
const score = z.number().min(0).max(100);

export const reviewRequested = event('ReviewRequested', {
  version: 1,
  description: 'A review was asked for: a pending version came to be.',
  when: inserted(version, (v) => v.status === 'pending' && !v.fixApplied),
  schema: z.object({ ...ofReview, requestedAt: timestamp(), requestedBy: z.string() }),
  data: (v) => ({
    reviewId: v.reviewId,
    version: v.version,
    stackId: v.stackId,
    requestedAt: v.requestedAt,
    requestedBy: v.createdBy,
  }),
});

export const reviewCompleted = event('ReviewCompleted', {
  version: 1,
  description: 'A review was completed with a risk score.',
  when: inserted(version, (v) => v.status === 'completed' && !v.fixApplied),
  schema: z.object({ ...ofReview, riskScore: score.nullable(), requestedAt: timestamp(), completedAt: timestamp() }),
  data: (v) => ({
    reviewId: v.reviewId,
    version: v.version,
    stackId: v.stackId,
    riskScore: v.riskScore ?? null,
    requestedAt: v.requestedAt,
    completedAt: v.createdAt,
  }),
});

export const reviewFailed = event('ReviewFailed', {
  version: 1,
  description: 'A review failed; alerting listens to it.',
  when: inserted(version, (v) => v.status === 'failed' && !v.fixApplied),
  schema: z.object({ ...ofReview, error: z.string().nullable(), requestedAt: timestamp(), failedAt: timestamp() }),
  data: (v) => ({
    reviewId: v.reviewId,
    version: v.version,
    stackId: v.stackId,
    error: v.error ?? null,
    requestedAt: v.requestedAt,
    failedAt: v.createdAt,
  }),
});

const Fixed = z.object({
  hash: z.string(),
  findings: z.number().int(),
  severity: z.enum(SEVERITIES),
  category: z.string(),
});

export const fixApplied = event('FixApplied', {
  version: 1,
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
    reviewId: v.reviewId,
    version: v.version,
    stackId: v.stackId,
    by: v.fixDetails?.by ?? null,
    riskBefore: v.fixDetails?.riskBefore ?? null,
    riskAfter: v.riskScore ?? null,
    riskRemoved: riskRemoved(v),
    fixed: v.fixDetails?.fixed ?? [],
  }),
});

export const issueRecurring = event('IssueRecurring', {
  version: 1,
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
  description: "A stack's mean risk reached 25, 50 or 75: one event for each level.",
  when: passes(stack, (s) => s.risk.mean, RISK_LEVELS),
  schema: StackRisk,
  data: stackRisk,
});

export const stackRiskLowered = event('StackRiskLowered', {
  version: 1,
  description: "A stack's mean risk fell below 75, 50 or 25: one event for each level.",
  when: fallsBelow(stack, (s) => s.risk.mean, RISK_LEVELS),
  schema: StackRisk,
  data: stackRisk,
});

export const reviewArchived = event('ReviewArchived', {
  version: 1,
  description: 'A closed review left the table: all its versions and findings are proven in one bundle.',
  when: headArchived(version),
  schema: z.object({ ...ofReview, status: z.string(), bundle: z.string() }),
  data: (v, { bundle }) => ({ reviewId: v.reviewId, version: v.version, stackId: v.stackId, status: v.status, bundle }),
});

export const immutabilityViolated = event('ImmutabilityViolated', {
  version: 1,
  description: 'A version was modified, or deleted by a user. Statistics follow the table.',
  when: violated(version),
  schema: z.object({ ...ofReview, violation: z.enum(['modified', 'deleted']), fields: z.array(z.string()) }),
  data: (v, { fields }, change) => ({
    reviewId: v.reviewId,
    version: v.version,
    stackId: v.stackId,
    violation: change.new === undefined ? ('deleted' as const) : ('modified' as const),
    fields,
  }),
});
