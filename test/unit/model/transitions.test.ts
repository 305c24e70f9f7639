import type { Entity } from '../../../shared/model/entity.ts';
import type { ItemChange } from '../../../shared/model/event.ts';
import { became, changed, deadlinePassed } from '../../../shared/model/transitions.ts';
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
