import { reviewer } from '../../../shared/systems/reviewer.ts';

test('the reviewer system loads, and knows its keys', () => {
  expect(reviewer.sourceOf({ pk: 'REVIEW#r1', sk: 'VERSION#2' })?.name).toBe('version');
  expect(reviewer.sourceOf({ pk: 'STACK#a/b', sk: 'STATS#2026-01-01' })?.name).toBe('stackDay');
  expect(reviewer.sourceOf({ pk: 'SOMETHING', sk: 'ELSE' })).toBeUndefined();
  expect(reviewer.statistics.map((s) => s.name)).toEqual([
    'review',
    'stack',
    'stackDay',
    'riskOfDay',
    'issueOfStack',
    'issue',
  ]);
});
