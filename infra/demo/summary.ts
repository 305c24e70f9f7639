import { archivedEvents } from '../../processors/replay/events.ts';
import type { Shadow } from '../../processors/replay/shadow.ts';
import type { Verification } from '../../processors/statistics/verify.ts';
import { listDataset } from '../../shared/archive/listing.ts';
import type { Fed } from '../feed/fed.ts';
import type { Workplace } from '../pipeline/workplace.ts';
import { parkedStatus } from '../views/lag.ts';
import { byOccurrences, type Row, rowsByStatistic } from '../views/statisticRows.ts';
import type { Subscribed } from './reviewFailures.ts';

export interface Summary {
  readonly system: string;
  readonly stage: string;
  readonly totals: {
    readonly reviews: number;
    readonly stacks: number;
    readonly issues: number;
    readonly findings: number;
    readonly findingsFixed: number;
    readonly failedReviews: number;
    readonly fixVersions: number;
    readonly riskRemoved: number;
    readonly itemsWritten: number;
  };
  readonly mostFrequentIssue: { readonly issueHash: string; readonly occurrences: number } | null;
  /** Distinct events by type. */
  readonly events: Record<string, number>;
  readonly archive: {
    readonly bundles: number;
    readonly itemsLeft: number;
    readonly objects: number;
    readonly bytes: number;
  };
  readonly verify: { readonly aggregates: number; readonly drift: number };
  readonly replay: { readonly events: number; readonly changes: number; readonly drift: number };
  /** Of the example subscriber; null where the bus is not ours. */
  readonly subscriber: Subscribed | null;
  readonly parked: number;
  /** Why lines or items of the file were left out. */
  readonly broken: readonly string[];
  readonly seconds: number;
}

interface Parts {
  readonly fed: Fed;
  readonly verification: Verification;
  readonly replayed: number;
  readonly shadow: Shadow;
  readonly subscribed: Subscribed | null;
  readonly seconds: number;
}

export async function collectSummary(
  place: Workplace,
  { fed, verification, replayed, shadow, subscribed, seconds }: Parts,
): Promise<Summary> {
  const rows = await rowsByStatistic(place);
  const [stacks = [], reviews = []] = [rows.get('stack'), rows.get('review')];
  const issues = byOccurrences(rows.get('issue') ?? []);
  const [top] = issues;
  return {
    system: place.system.name,
    stage: place.names.stage,
    totals: {
      reviews: total(stacks, (row) => row.reviews),
      stacks: stacks.length,
      issues: issues.length,
      findings: total(stacks, (row) => (row.findings as Row).total),
      findingsFixed: total(stacks, (row) => (row.fixes as Row).findings),
      failedReviews: total(stacks, (row) => (row.byStatus as Row).failed),
      fixVersions: total(reviews, (row) => row.fixes),
      riskRemoved: total(stacks, (row) => (row.fixes as Row).riskRemoved),
      itemsWritten: fed.written,
    },
    mostFrequentIssue: top ? { issueHash: String(top.issueHash), occurrences: Number(top.occurrences) } : null,
    events: await eventCounts(place),
    archive: { ...(await archiveSize(place)), itemsLeft: verification.departed },
    verify: { aggregates: verification.aggregates, drift: verification.drifts.length },
    replay: { events: replayed, changes: shadow.changes, drift: shadow.drifts.length },
    subscriber: subscribed,
    parked: (await parkedStatus(place)).length,
    broken: fed.broken.map(({ reason }) => reason),
    seconds: Math.round(seconds * 10) / 10,
  };
}

const total = (rows: readonly Row[], pick: (row: Row) => unknown): number =>
  rows.reduce((sum, row) => sum + Number(pick(row) ?? 0), 0);

/** Distinct ones by type, as they were archived. */
export async function eventCounts({ system, names, archive }: Workplace): Promise<Record<string, number>> {
  const counts: Record<string, number> = Object.fromEntries(system.events.map((rule) => [rule.type, 0]));
  for await (const { metadata } of archivedEvents(system, names, archive, {}))
    counts[metadata.type] = (counts[metadata.type] ?? 0) + 1;
  return counts;
}

export async function archiveSize({
  system,
  names,
  archive,
}: Workplace): Promise<{ bundles: number; objects: number; bytes: number }> {
  let objects = 0;
  let bytes = 0;
  let bundles = 0;
  for (const dataset of ['journal', 'events', 'bundles'] as const)
    for await (const object of listDataset(system, names, archive, dataset)) {
      objects++;
      bytes += object.bytes;
      if (dataset === 'bundles') bundles++;
    }
  return { bundles, objects, bytes };
}
