import { readFileSync } from 'node:fs';
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

const LIMIT = 60;
const tables = materialise(readLines(join(process.cwd(), 'test/fixtures/terraform-reviews.ndjson.gz')).slice(0, LIMIT));
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
  const shell = new Shell(built, {});
  const [summary] = await shell.json<Summary & object>('demo', '--limit', String(LIMIT), '--export', folder);
  const { fixed, failed, items, ...same } = totals(tables);
  expect(summary?.totals).toEqual({ ...same, findingsFixed: fixed, failedReviews: failed, itemsWritten: items });
  expect(summary?.events).toMatchObject(reviewEvents(tables));
  expect(summary).toMatchObject({ verify: { drift: 0 }, replay: { drift: 0 }, parked: 0, broken: [] });
  expect(summary?.archive.bundles).toBeGreaterThan(0);
  expect(summary?.events.ReviewArchived).toBe(summary?.archive.bundles);
  expect(differences(stacks(tables), read(folder, 'stacks.ndjson'), 'stackId')).toEqual([]);
  expect(differences(issues(tables), read(folder, 'issues.ndjson'), 'issueHash')).toEqual([]);
  const events = read<{ detail: Envelope }>(folder, 'events.ndjson').map(({ detail }) => detail);
  expect([
    ...countProblems(events, tables),
    ...thresholdProblems(events, tables),
    ...sideProblems(events, tables),
  ]).toEqual([]);
});
