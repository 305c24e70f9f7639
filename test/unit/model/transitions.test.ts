import type { Entity } from '../../../shared/model/entity.ts';
import type { ItemChange } from '../../../shared/model/event.ts';
import { anyOf, became, changed, deadlinePassed, removed, rose } from '../../../shared/model/transitions.ts';
import { type Ticket, tickets } from '../../support/given/tickets.ts';

const ticket = tickets.entities[0] as unknown as Entity<Ticket>;
const open: Ticket = { ticketId: 't1', state: 'open', until: 5 };
const used: Ticket = { ...open, state: 'used' };
const lapsed: Ticket = { ...open, lapsedAt: '1970-01-01T00:00:00.005Z' };

const step = (old: Ticket | undefined, item: Ticket | undefined, more: Partial<ItemChange<Ticket>> = {}) => ({
  cause: 'write' as const,
  at: 1_000,
  old,
  new: item,
  archived: undefined,
  ...more,
});

test('became: by an update or as a new item, and once', () => {
  const { hits } = became(ticket, ({ state }) => state === 'used');
  expect([step(open, used), step(undefined, used)].map(hits)).toEqual([[true], [true]]);
  const none = [step(used, { ...used, until: 6 }), step(used, open), step(used, undefined, { cause: 'delete' })];
  expect([...none, step(undefined, used, { cause: 'restored' })].flatMap(hits)).toEqual([]);
});

test('changed: from and to, where both are there and differ in content', () => {
  const { hits } = changed(ticket, ({ state, until }) => ({ state, until }));
  expect(hits(step(open, used))).toEqual([{ from: { state: 'open', until: 5 }, to: { state: 'used', until: 5 } }]);
  const none = [step(open, lapsed), step(undefined, open), step(open, undefined, { cause: 'delete' })];
  expect(none.flatMap(hits)).toEqual([]);
});

test('deadlinePassed: by its field, or by an expiry behind it; not twice, and not before', () => {
  const { hits } = deadlinePassed(ticket, 'lapsedAt');
  const at = '1970-01-01T00:00:00.005Z';
  expect(hits(step(open, lapsed))).toEqual([{ at }]);
  expect(hits(step(open, undefined, { cause: 'ttl' }))).toEqual([{ at }]);
  expect(hits(step(open, undefined, { cause: 'ttl-inferred' }))).toEqual([{ at }]);
  const none = [
    step(lapsed, undefined, { cause: 'ttl' }),
    step(used, undefined, { cause: 'ttl' }),
    step(open, undefined, { cause: 'ttl', at: 4 }),
    step(open, undefined, { cause: 'delete' }),
    step(open, undefined, { cause: 'archived' }),
    step(undefined, lapsed, { cause: 'restored' }),
    step(lapsed, { ...lapsed, until: 6 }),
  ];
  expect(none.flatMap(hits)).toEqual([]);
});

test('removed: by its user, or as a group in which nothing is left; not by the TTL, and not what does not fit', () => {
  const { hits } = removed(ticket, ({ state }) => state === 'open');
  expect([step(open, undefined), step(open, undefined, { cause: 'delete' })].map(hits)).toEqual([[true], [true]]);
  const none = [step(used, undefined, { cause: 'delete' }), step(open, undefined, { cause: 'ttl' }), step(open, used)];
  expect(none.flatMap(hits)).toEqual([]);
});

test('rose: each value that is higher than it was, by id; one that was not there rises from 0', () => {
  const { hits } = rose(
    ticket,
    ({ until }) => ({ b: until, a: until % 2, c: 0 }),
    ({ state }) => state === 'open',
  );
  expect(hits(step({ ...open, until: 4 }, open))).toEqual([
    { id: 'a', from: 0, to: 1 },
    { id: 'b', from: 4, to: 5 },
  ]);
  expect(hits(step(undefined, open)).map(({ id }) => id)).toEqual(['a', 'b']);
  expect([step(open, { ...open, until: 4 }), step(open, { ...used, until: 9 })].flatMap(hits)).toEqual([]);
});

test('anyOf: a hit for each condition that has any, by its name', () => {
  const late = became(ticket, ({ until }) => until > 5);
  const { hits } = anyOf({ late, used: became(ticket, ({ state }) => state === 'used') });
  expect(hits(step(open, { ...used, until: 6 }))).toEqual([{ which: 'late' }, { which: 'used' }]);
  expect(hits(step(open, used))).toEqual([{ which: 'used' }]);
  expect(() => anyOf({})).toThrow('anyOf: ');
});
