import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { issueThresholds, reviewEvents } from '../../support/oracle/events.ts';
import { sum } from '../../support/oracle/group.ts';
import { readLines } from '../../support/oracle/lines.ts';
import { issues, stackDays, stacks } from '../../support/oracle/statistics.ts';
import { materialise, type Tables } from '../../support/oracle/tables.ts';
import { totals } from '../../support/oracle/totals.ts';

const SHIPPED = join(process.cwd(), 'test/fixtures/terraform-reviews.ndjson.gz');
const FULL = join(process.cwd(), '../shared/data/terraform-reviews.ndjson.gz');

/** What two ways of counting must agree on, whatever the input. */
function expectConsistent(tables: Tables): void {
  const all = totals(tables);
  const rows = stacks(tables);
  const hashes = issues(tables);
  expect(sum(rows.map((row) => row.reviews))).toBe(all.reviews);
  expect(sum(rows.map((row) => row.fixes.riskRemoved))).toBe(all.riskRemoved);
  // `open` is read off the findings, `fixes.findings` off the numbers that the fix versions state.
  expect(rows.filter((row) => row.findings.total - row.findings.open !== row.fixes.findings)).toEqual([]);
  expect(sum(hashes.map((row) => row.occurrences))).toBe(all.findings);
  expect(sum(hashes.map((row) => row.fixed))).toBe(all.fixed);
  for (const days of [stackDays(tables, 'since'), stackDays(tables, 'net')]) {
    expect(sum(days.map((row) => row.reviews))).toBe(all.reviews);
    expect(sum(days.map((row) => row.findings.total))).toBe(all.findings);
    expect(sum(days.map((row) => row.findings.open))).toBe(all.findings - all.fixed);
    expect(sum(days.map((row) => row.fixes.findings))).toBe(all.fixed);
    expect(sum(days.map((row) => row.fixes.riskRemoved))).toBe(all.riskRemoved);
  }
}

describe('the oracle on the shipped 1,500 lines', () => {
  const tables = materialise(readLines(SHIPPED));

  test('totals', () => {
    expect(totals(tables)).toEqual({
      reviews: 1500,
      stacks: 92,
      issues: 1377,
      findings: 4632,
      fixed: 2648,
      failed: 2,
      fixVersions: 724,
      riskRemoved: 4318,
      items: 8356,
    });
  });

  test('events', () => {
    expect(reviewEvents(tables)).toEqual({
      ReviewRequested: 1500,
      ReviewCompleted: 1498,
      ReviewFailed: 2,
      FixApplied: 724,
    });
  });

  test('the most frequent issue comes first', () => {
    expect(issues(tables)[0]).toMatchObject({ issueHash: 'a41d5d9aec01', occurrences: 418 });
  });

  test('an issue is one rule, one category, one severity', () => {
    const meanings = new Set(tables.findings.map((f) => `${f.issueHash} ${f.rule} ${f.category} ${f.severity}`));
    expect(meanings.size).toBe(issues(tables).length);
  });

  test('two ways of counting agree', () => expectConsistent(tables));
});

const whole = existsSync(FULL) ? describe : describe.skip;
const why = existsSync(FULL) ? '' : ' (skipped: ../shared/data/terraform-reviews.ndjson.gz is not here)';

whole(`the oracle on the full file${why}`, () => {
  const tables = existsSync(FULL) ? materialise(readLines(FULL)) : { versions: [], findings: [] };

  test('the totals of DATA.md', () => {
    expect(totals(tables)).toEqual({
      reviews: 10_408,
      stacks: 718,
      issues: 5_606,
      findings: 19_998,
      fixed: 17_310,
      failed: 35,
      fixVersions: 5_560,
      riskRemoved: 31_166,
      items: 46_374,
    });
  });

  test('the events of DATA.md', () => {
    expect(reviewEvents(tables)).toEqual({
      ReviewRequested: 10_408,
      ReviewCompleted: 10_373,
      ReviewFailed: 35,
      FixApplied: 5_560,
    });
  });

  test('the most frequent issue', () => {
    expect(issues(tables)[0]).toMatchObject({ issueHash: '794b940c03cf', occurrences: 732 });
    const passed = issueThresholds(tables).find((issue) => issue.issueHash === '794b940c03cf')?.passed;
    expect(passed).toEqual([2, 10, 100]);
  });

  test('two ways of counting agree', () => expectConsistent(tables));

  test('the shipped lines are its first 1,500', () => {
    expect(readLines(FULL).slice(0, 1500)).toEqual(readLines(SHIPPED));
  });
});
