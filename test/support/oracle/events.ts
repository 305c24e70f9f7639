import { groupBy } from './group.ts';
import { stacks } from './statistics.ts';
import type { Tables, VersionItem } from './tables.ts';

export type ReviewEvents = {
  ReviewRequested: number;
  ReviewCompleted: number;
  ReviewFailed: number;
  FixApplied: number;
};

/** `passed`: one IssueRecurring is due for each. */
export type IssueThresholds = { issueHash: string; occurrences: number; passed: number[] };

/**
 * `atOrAbove`: the thresholds under or at the mean when all is read. How often it crossed them on the way depends on
 * how batches were cut, so only where it ends can be foretold.
 */
export type StackSide = { stackId: string; mean: number | null; atOrAbove: number[] };

const OCCURRENCES = [2, 10, 100, 1000];
const MEAN_RISK = [25, 50, 75];

export function reviewEvents({ versions }: Tables): ReviewEvents {
  const named = (name: keyof ReviewEvents): number => versions.filter((version) => eventOf(version) === name).length;
  return {
    ReviewRequested: named('ReviewRequested'),
    ReviewCompleted: named('ReviewCompleted'),
    ReviewFailed: named('ReviewFailed'),
    FixApplied: named('FixApplied'),
  };
}

export function issueThresholds({ findings }: Tables): IssueThresholds[] {
  return groupBy(findings, (finding) => finding.issueHash).map(([issueHash, { length: occurrences }]) => ({
    issueHash,
    occurrences,
    passed: OCCURRENCES.filter((threshold) => occurrences >= threshold),
  }));
}

export function stackSides(tables: Tables): StackSide[] {
  return stacks(tables).map(({ stackId, risk: { mean } }) => ({
    stackId,
    mean,
    atOrAbove: mean === null ? [] : MEAN_RISK.filter((threshold) => mean >= threshold),
  }));
}

function eventOf(version: VersionItem): keyof ReviewEvents {
  // A fix version is completed as well, yet publishes FixApplied alone.
  if (version.fixApplied === true) return 'FixApplied';
  if (version.status === 'pending') return 'ReviewRequested';
  return version.status === 'completed' ? 'ReviewCompleted' : 'ReviewFailed';
}
