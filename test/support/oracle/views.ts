import { groupBy, sum } from './group.ts';
import type { FindingItem, FixDetails, Tables, VersionItem } from './tables.ts';

export type FixVersion = VersionItem & { riskScore: number; fixDetails: FixDetails };

/** The newest version of each review: by its number, not by where it stands in the list. */
export function newestVersions(versions: readonly VersionItem[]): VersionItem[] {
  return groupBy(versions, (version) => version.reviewId).map(
    ([, all]) => [...all].sort((a, b) => b.version - a.version)[0] as VersionItem,
  );
}

export function fixVersionsOf(versions: readonly VersionItem[]): FixVersion[] {
  return versions.filter((version): version is FixVersion => version.fixApplied === true);
}

export function riskRemoved(fixes: readonly FixVersion[]): number {
  return sum(fixes.map((fix) => fix.fixDetails.riskBefore - fix.riskScore));
}

export function findingsFixed(fixes: readonly FixVersion[]): number {
  return sum(fixes.flatMap((fix) => fix.fixDetails.fixed.map((fixed) => fixed.findings)));
}

/**
 * The findings that no version of their review names as fixed. Read from the fix versions alone, so that this and
 * the numbers that the fix versions state (findingsFixed) check each other.
 */
export function openFindings(tables: Tables): Set<FindingItem> {
  const gone = new Set(
    fixVersionsOf(tables.versions).flatMap((fix) => fix.fixDetails.fixed.map(({ hash }) => `${fix.reviewId} ${hash}`)),
  );
  return new Set(tables.findings.filter((finding) => !gone.has(`${finding.reviewId} ${finding.issueHash}`)));
}
