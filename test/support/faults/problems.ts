import type { Envelope } from '../../../events/envelope.ts';
import { keyText } from '../../../shared/model/keys.ts';
import { differences } from '../oracle/compare.ts';
import { issueThresholds, reviewEvents, stackSides } from '../oracle/events.ts';
import { issues, stackDays, stacks } from '../oracle/statistics.ts';
import type { Tables } from '../oracle/tables.ts';
import type { Outcome } from './outcome.ts';

/** What of an outcome is not as the well-formed history says: nothing, however the outcome came about. */
export function problems(outcome: Outcome, tables: Tables, leaving: string): string[] {
  return [
    ...statisticProblems(outcome, tables),
    ...eventProblems(outcome, tables),
    ...orderProblems(outcome.delivered),
    ...archiveProblems(outcome, tables, leaving),
    ...(outcome.incomplete === 0 ? [] : ['a loss is noted that never was']),
  ];
}

function statisticProblems({ rows, verification }: Outcome, tables: Tables): string[] {
  const of = (name: string) => rows.get(name) ?? [];
  return [
    ...differences(stacks(tables), of('stack'), 'stackId'),
    ...differences(stackDays(tables, 'since'), of('stackDay'), 'stackId,day'),
    ...differences(issues(tables), of('issue'), 'issueHash'),
    ...verification.drifts.map(({ key, statistic }) => `drift of ${statistic} ${key}`),
  ];
}

function eventProblems({ asked, delivered, archived }: Outcome, tables: Tables): string[] {
  const wanted = new Set(asked.map(named));
  return [
    ...unlike('delivered', wanted, new Set(delivered.map(named))),
    ...unlike('archived', wanted, new Set(archived.map(named))),
    ...countProblems(delivered, tables),
    ...thresholdProblems(delivered, tables),
    ...sideProblems(delivered, tables),
  ];
}

const named = ({ metadata: { type, id } }: Envelope): string => `${type} ${id}`;

const distinctEvents = (events: readonly Envelope[]): Envelope[] => [
  ...new Map(events.map((event) => [event.metadata.id, event])).values(),
];

export function countProblems(delivered: readonly Envelope[], tables: Tables): string[] {
  const distinct = distinctEvents(delivered);
  return Object.entries(reviewEvents(tables)).flatMap(([type, expected]) => {
    const came = distinct.filter(({ metadata }) => metadata.type === type).length;
    return came === expected ? [] : [`${came} distinct ${type}, expected ${expected}`];
  });
}

/** One id for each issue and threshold, however batches were cut. */
export function thresholdProblems(delivered: readonly Envelope[], tables: Tables): string[] {
  const expected = issueThresholds(tables).flatMap(({ issueHash, passed }) => passed.map((t) => `${issueHash} ${t}`));
  const came = distinctEvents(delivered)
    .filter(({ metadata }) => metadata.type === 'IssueRecurring')
    .map(({ data }) => data as { issueHash: string; threshold: number })
    .map(({ issueHash, threshold }) => `${issueHash} ${threshold}`);
  const twice = came.filter((name, i) => came.indexOf(name) !== i);
  return [
    ...unlike('IssueRecurring', new Set(expected), new Set(came)),
    ...twice.map((name) => `IssueRecurring ${name} with more than one id`),
  ];
}

/** Where a stack's mean ends is told by its last events; how often it crossed is not foretold. */
export function sideProblems(events: readonly Envelope[], tables: Tables): string[] {
  const levels = new Map<string, Set<number>>();
  for (const { metadata, data } of distinctEvents(events)) {
    if (!metadata.type.startsWith('StackRisk')) continue;
    const { stackId, level } = data as { stackId: string; level: number };
    const above = levels.get(stackId) ?? new Set<number>();
    levels.set(stackId, above);
    if (metadata.type === 'StackRiskRaised') above.add(level);
    else above.delete(level);
  }
  return stackSides(tables).flatMap(({ stackId, atOrAbove }) => {
    const ends = [...(levels.get(stackId) ?? [])].sort((a, b) => a - b);
    return ends.join() === atOrAbove.join() ? [] : [`${stackId} ends above ${ends.join()}, expected ${atOrAbove}`];
  });
}

/** Whoever drops the ids that he has seen, sees the events of each item in the order of its changes. */
function orderProblems(delivered: readonly Envelope[]): string[] {
  const last = new Map<string, bigint>();
  return distinctEvents(delivered).flatMap(({ metadata: { partitionKey, sequence, type } }) => {
    const before = last.get(partitionKey) ?? 0n;
    last.set(partitionKey, BigInt(sequence));
    return BigInt(sequence) < before ? [`${type} of ${partitionKey} came after a later change's event`] : [];
  });
}

function archiveProblems({ changes, journal, present, bundled, delivered }: Outcome, tables: Tables, leaving: string) {
  const written = changes.filter(({ source }) => source?.derived === false).map(({ key }) => keyText(key));
  const left = [
    ...tables.versions.filter((v) => v.reviewId === leaving).map((v) => `REVIEW#${leaving}/VERSION#${v.version}`),
    ...tables.findings.filter((f) => f.reviewId === leaving).map((f) => `FINDING#${f.findingId}/REVIEW#${leaving}`),
  ];
  const told = distinctEvents(delivered).filter(({ metadata }) => metadata.type === 'ReviewArchived');
  return [
    ...unlike('in the journal', new Set(changes.map(({ eventId }) => eventId)), journal),
    ...[...new Set(written)].filter((key) => !present.has(key) && !bundled.has(key)).map((key) => `${key} is lost`),
    ...unlike('in bundles', new Set(left), bundled),
    ...left.filter((key) => present.has(key)).map((key) => `${key} left, and is in the table`),
    ...(told.length === 1 ? [] : [`${told.length} distinct ReviewArchived, expected 1`]),
  ];
}

function unlike(what: string, expected: ReadonlySet<string>, came: ReadonlySet<string>): string[] {
  return [
    ...[...expected].filter((one) => !came.has(one)).map((one) => `${what}: ${one} is missing`),
    ...[...came].filter((one) => !expected.has(one)).map((one) => `${what}: ${one} is not expected`),
  ];
}
