import { groupOf } from '../../../infra/console/statistics/group.ts';
import type { Statistic } from '../../../shared/model/statistic.ts';
import { incidents } from '../../../shared/systems/incidents.ts';
import { status } from '../../../shared/systems/incidentsStatistics.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { stack, stackDay } from '../../../shared/systems/reviewerStatistics.ts';
import { storedGroup } from '../../support/console/storedGroup.ts';
import { versionItem } from '../../support/given/reviewerItems.ts';
import { MemoryTable } from '../../support/memory/memoryTable.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

function given() {
  const table = new MemoryTable(reviewer.table, new TurnedClock());
  const group = (of: Statistic<unknown>, name: Record<string, string>, ...added: Record<string, unknown>[]): void =>
    table.put(storedGroup(reviewer, of, name, ...added));
  return {
    group,
    table,
    told: (name: string, of: Record<string, string>) => groupOf({ system: reviewer, table }, name, of),
  };
}

test('a group is told with all its measures, and with its history where another statistic keeps it', async () => {
  const { group, table, told } = given();
  group(stack, { stackId: 'network' }, { reviews: 1, risk: 40, lastReviewedAt: '2026-02-01T09:00:00.000Z' });
  group(stackDay, { stackId: 'network', day: '2026-02-01' }, { reviews: 1, risk: 40 });
  group(stackDay, { stackId: 'network', day: '2026-01-30' }, { reviews: 1, risk: 20 });
  group(stackDay, { stackId: 'other', day: '2026-01-30' }, { reviews: 9 });
  table.put({ ...versionItem(), PK: { S: 'STACK#network' } });
  expect(await told('stack', { stackId: 'network' })).toMatchObject({
    measures: {
      reviews: { kind: 'number', value: 1 },
      risk: { kind: 'distribution', mean: 40 },
      lastReviewedAt: { kind: 'text', text: '2026-02-01T09:00:00.000Z' },
    },
    over: {
      statistic: 'stackDay',
      series: {
        times: ['2026-01-30', '2026-02-01'],
        measures: { reviews: [{ value: 1 }, { value: 1 }], risk: [{ mean: 20 }, { mean: 40 }] },
      },
    },
  });
});

test('a group of a day has no history: it is one moment of one', async () => {
  const { group, told } = given();
  group(stackDay, { stackId: 'network', day: '2026-02-01' }, { reviews: 1 });
  expect(await told('stackDay', { stackId: 'network', day: '2026-02-01' })).toMatchObject({ over: null });
});

test('a group that nothing is known of, one that has emptied, a wrong name: each is told', async () => {
  const { group, told } = given();
  group(stack, { stackId: 'empty' });
  await expect(told('stack', { stackId: 'none' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(told('stack', { stackId: 'empty' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(told('none', {})).rejects.toMatchObject({
    code: 'NOT_FOUND',
    mend: expect.stringContaining('stackDay'),
  });
  await expect(told('stack', {})).rejects.toMatchObject({ code: 'USAGE', mend: 'give stackId' });
  await expect(told('stack', { stackId: 'a', day: 'b' })).rejects.toMatchObject({ code: 'USAGE' });
});

test('a group in parts is their sum', async () => {
  const table = new MemoryTable(incidents.table, new TurnedClock());
  const group = { status: 'open', severity: 'high' };
  for (const part of ['0', '3', 'correction']) {
    const item = storedGroup(incidents, status, { ...group }, { incidents: 1 }, { incidents: 1 });
    const { pk, sk } = status.spread?.key.build({ ...group, afterwrite: part }) ?? { pk: '', sk: '' };
    table.put({ ...item, [incidents.table.partitionKey]: { S: pk }, [incidents.table.sortKey ?? '']: { S: sk ?? '' } });
  }
  expect(await groupOf({ system: incidents, table }, 'status', group)).toMatchObject({
    measures: { incidents: { value: 6 } },
    over: null,
  });
});
