import { distinct } from './group.ts';
import type { Tables } from './tables.ts';
import { fixVersionsOf, newestVersions, openFindings, riskRemoved } from './views.ts';

/** The totals that DATA.md gives to check against. */
export type Totals = {
  reviews: number;
  stacks: number;
  issues: number;
  findings: number;
  fixed: number;
  failed: number;
  fixVersions: number;
  riskRemoved: number;
  items: number;
};

export function totals(tables: Tables): Totals {
  const { versions, findings } = tables;
  const newest = newestVersions(versions);
  const fixes = fixVersionsOf(versions);
  return {
    reviews: newest.length,
    stacks: distinct(newest, (version) => version.stackId),
    issues: distinct(findings, (finding) => finding.issueHash),
    findings: findings.length,
    fixed: findings.length - openFindings(tables).size,
    failed: newest.filter((version) => version.status === 'failed').length,
    fixVersions: fixes.length,
    riskRemoved: riskRemoved(fixes),
    items: versions.length + findings.length,
  };
}
