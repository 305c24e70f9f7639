import type { Attributes } from '../../../shared/model/attribute.ts';
import { findingItem, versionItem } from './reviewerItems.ts';

const REQUESTED = '2026-02-01T23:50:00.000Z';
const COMPLETED = '2026-02-02T00:10:00.000Z';
const FIXED = '2026-02-03T08:00:00.000Z';

/** The three lives of one review: asked for before midnight, completed after it with two findings, one of them fixed later. */
export const lives: { pending: Attributes; completed: Attributes; findings: Attributes[]; fix: Attributes } = {
  pending: versionItem({ requestedAt: REQUESTED, createdAt: REQUESTED }),
  completed: versionItem({
    version: 2,
    status: 'completed',
    riskScore: 60,
    requestedAt: REQUESTED,
    createdAt: COMPLETED,
  }),
  findings: [
    findingItem({ findingId: 'f1', issueHash: 'h1', severity: 'critical', createdAt: COMPLETED }),
    findingItem({ findingId: 'f2', issueHash: 'h2', severity: 'high', category: 'cost', createdAt: COMPLETED }),
  ],
  fix: versionItem({
    version: 3,
    status: 'completed',
    riskScore: 20,
    requestedAt: REQUESTED,
    createdAt: FIXED,
    fixApplied: true,
    fixDetails: {
      by: 'r9',
      riskBefore: 60,
      fixed: [{ hash: 'h1', findings: 1, severity: 'critical', category: 'security' }],
    },
  }),
};
