import { type Attributes, encodeAttributes } from '../../../shared/model/attribute.ts';
import type { Finding, ReviewVersion } from '../../../shared/systems/reviewerItems.ts';

const REQUESTED = '2026-02-01T09:00:00.000Z';

/** A version as the user's code stores it. */
export function versionItem(fields: Partial<ReviewVersion> = {}, extra: Record<string, unknown> = {}): Attributes {
  const version: ReviewVersion = {
    reviewId: 'r1',
    version: 1,
    stackId: 'network',
    status: 'pending',
    requestedAt: REQUESTED,
    createdAt: REQUESTED,
    createdBy: 'u-1',
    ...fields,
  };
  const keys = { PK: `REVIEW#${version.reviewId}`, SK: `VERSION#${version.version}` };
  return encodeAttributes({ ...version, ...keys, ...extra });
}

/** A finding as the user's code stores it. */
export function findingItem(fields: Partial<Finding> = {}, extra: Record<string, unknown> = {}): Attributes {
  const finding: Finding = {
    findingId: 'f1',
    reviewId: 'r1',
    stackId: 'network',
    issueHash: 'h1',
    rule: 'open-ingress',
    category: 'security',
    severity: 'high',
    path: 'main.tf',
    line: 12,
    createdAt: '2026-02-01T10:00:00.000Z',
    ...fields,
  };
  const keys = { PK: `FINDING#${finding.findingId}`, SK: `REVIEW#${finding.reviewId}` };
  return encodeAttributes({ ...finding, ...keys, ...extra });
}
