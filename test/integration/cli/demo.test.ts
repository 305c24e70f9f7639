import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Envelope } from '../../../events/envelope.ts';
import type { Summary } from '../../../infra/demo/summary.ts';
import { countProblems, sideProblems, thresholdProblems } from '../../support/faults/problems.ts';
import { differences } from '../../support/oracle/compare.ts';
import { reviewEvents } from '../../support/oracle/events.ts';
import { readLines } from '../../support/oracle/lines.ts';
import { issues, stacks } from '../../support/oracle/statistics.ts';
import { materialise } from '../../support/oracle/tables.ts';
import { totals } from '../../support/oracle/totals.ts';
import { type Built, build } from './build.ts';
import { endAll, jsonLines, Shell } from './command.ts';

/** The oldest, and the first that failed. */
const history = readLines(join(process.cwd(), 'test/fixtures/terraform-reviews.ndjson.gz'));
const lines = [...history.slice(0, 60), ...history.filter(({ status }) => status === 'failed').slice(0, 1)];
const tables = materialise(lines);
let built: Built;

beforeAll(async () => {
  built = await build();
});

afterAll(() => {
  endAll();
  built?.remove();
});

const read = <Row>(folder: string, name: string): Row[] => jsonLines<Row>(readFileSync(join(folder, name), 'utf8'));

test('the demo tells and exports what the oracle says, from one command without any set-up', async () => {
  const folder = join(built.folder, 'export');
  const file = join(built.folder, 'history.ndjson');
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const shell = new Shell(built, {});
  const [summary] = await shell.json<Summary & object>('demo', '--file', file, '--export', folder);
  const { fixed, failed, items, ...same } = totals(tables);
  expect(summary?.totals).toEqual({ ...same, findingsFixed: fixed, failedReviews: failed, itemsWritten: items });
  expect(summary?.events).toMatchObject(reviewEvents(tables));
  expect(summary).toMatchObject({ verify: { drift: 0 }, replay: { drift: 0 }, parked: 0, broken: [] });
  expect(summary?.archive.bundles).toBeGreaterThan(0);
  expect(summary?.events.ReviewArchived).toBe(summary?.archive.bundles);
  const failures = tables.versions.filter((version) => version.status === 'failed' && version.fixApplied !== true);
  expect(failures).toHaveLength(1);
  expect(summary?.subscriber).toMatchObject({ reviewFailures: 1 });
  expect(readFileSync(summary?.subscriber?.file ?? '', 'utf8')).toBe(
    failures.map((v) => `${v.createdAt}  ${v.stackId}  ${v.reviewId}  ${v.error ?? 'no reason given'}\n`).join(''),
  );
  expect(differences(stacks(tables), read(folder, 'stacks.ndjson'), 'stackId')).toEqual([]);
  expect(differences(issues(tables), read(folder, 'issues.ndjson'), 'issueHash')).toEqual([]);
  const events = read<{ detail: Envelope }>(folder, 'events.ndjson').map(({ detail }) => detail);
  expect([
    ...countProblems(events, tables),
    ...thresholdProblems(events, tables),
    ...sideProblems(events, tables),
  ]).toEqual([]);
});
