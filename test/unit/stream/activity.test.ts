import { Activity } from '../../../shared/stream/activity.ts';

test('all are idle when each has seen an empty page since the last work of any', () => {
  const activity = new Activity();
  activity.follow('a');
  activity.follow('b');
  expect(activity.idle()).toBe(false);
  activity.emptySince('a', activity.count);
  expect(activity.idle()).toBe(false);
  activity.emptySince('b', activity.count);
  expect(activity.idle()).toBe(true);
});

test("one's work wakes the others: what was asked before it proves nothing", () => {
  const activity = new Activity();
  activity.follow('a');
  const asked = activity.count;
  activity.moved();
  activity.emptySince('a', asked);
  expect(activity.idle()).toBe(false);
  activity.emptySince('a', activity.count);
  expect(activity.idle()).toBe(true);
});

test('a shard that ended is not waited for', () => {
  const activity = new Activity();
  activity.follow('a');
  activity.forget('a');
  expect(activity.idle()).toBe(true);
});
