import { filtered, newSince, saidOf } from '../../../infra/console/page/eventRows.ts';
import { eventRow } from '../../support/console/wireSamples.ts';

const events = [
  eventRow(1, { subject: 'REVIEW#One' }),
  eventRow(2, { type: 'ReviewFailed', preview: '{"why":"One"}' }),
  eventRow(3, { type: 'ReviewFailed' }),
];
const ids = (rows: readonly { index: number }[]) => rows.map(({ index }) => index);

test('a text is found in whatever letters in subject, data, type and id; a type narrows it; the newest come first', () => {
  expect(ids(filtered(events, '', ''))).toEqual([3, 2, 1]);
  expect(ids(filtered(events, 'one', ''))).toEqual([2, 1]);
  expect(ids(filtered(events, 'one', 'ReviewFailed'))).toEqual([2]);
  expect(ids(filtered(events, '', 'ReviewFailed'))).toEqual([3, 2]);
  expect(ids(filtered(events, 'e3.1', ''))).toEqual([3]);
  expect(ids(filtered(events, 'reviewreq', ''))).toEqual([1]);
});

test('the list as it came is not turned round', () => {
  filtered(events, '', '');
  expect(ids(events)).toEqual([1, 2, 3]);
});

test('what is new is what came behind the newest that is held, though that may be pushed out by now', () => {
  const latest = [9, 8, 7, 6].map((n) => eventRow(n));
  expect(newSince([eventRow(7), eventRow(6)], latest)).toBe(2);
  expect(newSince([eventRow(9)], latest)).toBe(0);
  expect(newSince([eventRow(2)], latest)).toBe(4);
});

test('it says what the list is of', () => {
  const listed = { found: null, shown: 3, listed: 3, isAll: true, skipped: 0 };
  expect(saidOf(listed)).toBe('The last 3 events');
  expect(saidOf({ ...listed, skipped: 1_200 })).toBe('The last 3 events, 1,200 earlier ones are in the archive');
  expect(saidOf({ ...listed, shown: 1, isAll: false })).toBe('1 of the last 3 events');
  expect(saidOf({ ...listed, found: { matching: 1 }, shown: 1 })).toBe('1 event of the archive matches');
  expect(saidOf({ ...listed, found: { matching: 450 }, shown: 200 })).toBe(
    '450 events of the archive match, the newest 200 are listed',
  );
});
