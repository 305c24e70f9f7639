import { counters } from '../../bench/sets/counters.ts';
import { synthetic, syntheticRecord, syntheticRecords } from '../../bench/sets/synthetic.ts';
import { touchesOf } from '../../bench/ways/counters.ts';

test('the plain ways count what the declaration counts, all of one aggregate together', () => {
  const key = { pk: 'REVIEW#r1', sk: 'VERSION#2' };
  const item = {
    reviewId: 'r1',
    version: 2,
    stackId: 's1',
    status: 'completed',
    riskScore: 28,
    createdAt: '2026-01-31T09:00:00.000Z',
  };
  const touched = touchesOf(counters, key, item);
  expect(touched.map(({ key: { pk, sk } }) => `${pk}/${sk}`)).toEqual([
    'STACK#s1/STATS',
    'STACK#s1/STATS#2026-01-31',
    'RISK#2026-01-31/STATS',
  ]);
  expect(touched[0]?.counters).toEqual({ versions: 1, byStatus_completed: 1, risk_28: 1 });
});

test('the synthetic set touches 50 stacks and 80 issues, and is the same each time', () => {
  const records = syntheticRecords(2_000);
  const touched = records.flatMap((record) =>
    touchesOf(
      synthetic,
      { pk: (record.keys.PK as { S: string }).S, sk: (record.keys.SK as { S: string }).S },
      Object.fromEntries(Object.entries(record.new ?? {}).map(([name, value]) => [name, (value as { S: string }).S])),
    ),
  );
  expect(new Set(touched.map(({ key }) => key.pk)).size).toBe(130);
  expect(records[7]).toEqual(syntheticRecord(7));
});
