import { differences } from '../../support/oracle/compare.ts';
import { issueThresholds, reviewEvents, stackSides } from '../../support/oracle/events.ts';
import type { LineFinding, ReviewLine, Severity } from '../../support/oracle/lines.ts';
import { issues, stackDays, stacks, summarise } from '../../support/oracle/statistics.ts';
import { materialise } from '../../support/oracle/tables.ts';

function found(hash: string, severity: Severity): LineFinding {
  return { rule: `rule-${hash}`, category: 'security', severity, path: 'main.tf', line: 1, hash };
}

function line(id: string, day: string, more: Partial<ReviewLine>): ReviewLine {
  return {
    review_id: id,
    stack_id: 's',
    requested_at: `${day}T00:30:00+01:00`,
    completed_at: `${day}T12:00:00+00:00`,
    created_by: `author of ${id}`,
    status: 'completed',
    risk_score: 0,
    findings: [],
    fixed_issue_hashes: [],
    ...more,
  };
}

/** r1 holds x twice and y; r2 fails; r3 removes x (and brings it again); r4 removes y and x. */
const LINES = [
  line('r1', '2020-01-02', {
    risk_score: 100,
    findings: [found('x', 'critical'), found('y', 'high'), found('x', 'critical')],
  }),
  line('r2', '2020-01-03', { status: 'failed', error: 'too many', risk_score: null }),
  line('r3', '2020-01-04', { risk_score: 40, findings: [found('x', 'critical')], fixed_issue_hashes: ['x'] }),
  line('r4', '2020-01-05', { fixed_issue_hashes: ['y', 'x', 'never seen'] }),
];
const tables = materialise(LINES);

test('versions are normalised to UTC and keep requestedAt', () => {
  expect(tables.versions.filter((version) => version.reviewId === 'r1')).toEqual([
    {
      reviewId: 'r1',
      version: 1,
      stackId: 's',
      status: 'pending',
      requestedAt: '2020-01-01T23:30:00.000Z',
      createdAt: '2020-01-01T23:30:00.000Z',
      createdBy: 'author of r1',
    },
    expect.objectContaining({ version: 2, status: 'completed', riskScore: 100, createdAt: '2020-01-02T12:00:00.000Z' }),
    expect.objectContaining({
      version: 3,
      riskScore: 20,
      requestedAt: '2020-01-01T23:30:00.000Z',
      createdAt: '2020-01-04T12:00:00.000Z',
      fixApplied: true,
      fixDetails: {
        by: 'r3',
        riskBefore: 100,
        fixed: [{ hash: 'x', findings: 2, severity: 'critical', category: 'security' }],
      },
    }),
    expect.objectContaining({ version: 4, riskScore: 0, createdAt: '2020-01-05T12:00:00.000Z' }),
  ]);
});

test('a review does not fix what it found itself; a later one does', () => {
  const fixes = tables.versions.filter((version) => version.fixApplied);
  expect(fixes.map(({ reviewId, version, fixDetails }) => [reviewId, version, fixDetails?.by])).toEqual([
    ['r1', 3, 'r3'],
    ['r1', 4, 'r4'],
    ['r3', 3, 'r4'],
  ]);
});

test('a stack', () => {
  const [row, ...others] = stacks(tables);
  expect(others).toEqual([]);
  // As text, for the order of the keys is part of what is documented.
  expect(JSON.stringify(row)).toBe(
    JSON.stringify({
      stackId: 's',
      reviews: 4,
      byStatus: { pending: 0, completed: 3, failed: 1 },
      risk: { count: 3, mean: 0, min: 0, max: 0, p50: 0, p90: 0 },
      findings: {
        total: 4,
        open: 0,
        bySeverity: { critical: 3, high: 1, medium: 0, low: 0, info: 0 },
        byCategory: { security: 4, reliability: 0, cost: 0, maintainability: 0, style: 0 },
      },
      fixes: { reviews: 2, findings: 4, riskRemoved: 140 },
      failureRate: 0.25,
      firstReviewedAt: '2020-01-01T23:30:00.000Z',
      lastReviewedAt: '2020-01-04T23:30:00.000Z',
    }),
  );
});

test('days: a review by requestedAt in UTC, a finding or a fix by its own createdAt', () => {
  const short = stackDays(tables, 'net').map((row) => [
    row.day,
    row.reviews,
    row.risk.count,
    row.findings.total,
    row.findings.open,
    row.fixes.reviews,
    row.fixes.riskRemoved,
    row.failureRate,
  ]);
  expect(short).toEqual([
    ['2020-01-01', 1, 1, 0, 0, 0, 0, 0],
    ['2020-01-02', 1, 0, 3, 3, 0, 0, 1],
    ['2020-01-03', 1, 1, 0, 0, 0, 0, 0],
    ['2020-01-04', 1, 1, 1, -1, 1, 80, 0],
    ['2020-01-05', 0, 0, 0, -2, 2, 60, null],
  ]);
  expect(stackDays(tables).map((row) => row.findings.open)).toEqual([0, 0, 0, 0, 0]);
});

test('an issue', () => {
  expect(JSON.stringify(issues(materialise(LINES.slice(0, 3)))[0])).toBe(
    JSON.stringify({
      issueHash: 'x',
      rule: 'rule-x',
      category: 'security',
      severity: 'critical',
      occurrences: 3,
      open: 1,
      fixed: 2,
      stacks: 1,
      reviews: 2,
      firstSeenAt: '2020-01-02T12:00:00.000Z',
      lastSeenAt: '2020-01-04T12:00:00.000Z',
    }),
  );
});

test('events, thresholds and the side a stack ends on', () => {
  expect(reviewEvents(tables)).toEqual({ ReviewRequested: 4, ReviewCompleted: 3, ReviewFailed: 1, FixApplied: 3 });
  expect(issueThresholds(tables)).toEqual([
    { issueHash: 'x', occurrences: 3, passed: [2] },
    { issueHash: 'y', occurrences: 1, passed: [] },
  ]);
  expect(stackSides(materialise([line('a', '2020-01-02', { risk_score: 50 })]))).toEqual([
    { stackId: 's', mean: 50, atOrAbove: [25, 50] },
  ]);
});

test('percentiles are by nearest rank, and null without scores', () => {
  const tenToHundred = [100, 20, 30, 10, 50, 40, 70, 60, 90, 80];
  expect(summarise(tenToHundred)).toEqual({ count: 10, mean: 55, min: 10, max: 100, p50: 50, p90: 90 });
  expect(summarise([7])).toEqual({ count: 1, mean: 7, min: 7, max: 7, p50: 7, p90: 7 });
  expect(summarise([])).toEqual({ count: 0, mean: null, min: null, max: null, p50: null, p90: null });
});

describe('differences', () => {
  const expected = [{ id: 'a', risk: { mean: 1 / 3, p50: 2 }, rate: 0.5 }];
  const compare = (...actual: unknown[]): string[] => differences(expected, actual, 'id');

  test('none but asOf and the last place of a mean', () => {
    expect(compare({ asOf: 'now', rate: 0.5, id: 'a', risk: { mean: 0.33333333333333337, p50: 2 } })).toEqual([]);
  });

  test('names row and path', () => {
    expect(compare({ id: 'a', risk: { mean: 0.3333, p50: '2' }, rate: 0.5000000000000001, more: 1 })).toEqual([
      'id="a": risk.mean expected 0.3333333333333333, came 0.3333',
      'id="a": risk.p50 expected 2, came "2"',
      'id="a": rate expected 0.5, came 0.5000000000000001',
      'id="a": more is not expected: 1',
    ]);
  });

  test('rows that are missing, not expected or repeated, and keys that are missing', () => {
    expect(compare({ id: 'b' })).toEqual(['id="a": missing', 'id="b": not expected']);
    expect(compare(expected[0], expected[0])).toEqual(['id="a": came more than once']);
    expect(compare({ id: 'a', risk: null })).toEqual([
      'id="a": risk expected {"mean":0.3333333333333333,"p50":2}, came null',
      'id="a": rate is missing, expected 0.5',
    ]);
    expect(differences(expected, [{ ...expected[0], more: 1 }], 'id', ['more'])).toEqual([]);
  });
});
