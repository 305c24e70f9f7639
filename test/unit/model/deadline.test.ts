import { z } from 'zod';
import { type EntityDeclaration, entity } from '../../../shared/model/entity.ts';
import { AfterwriteError } from '../../../shared/model/errors.ts';
import { collection } from '../../../shared/model/retention.ts';
import { secret } from '../../../shared/model/secrets.ts';
import { defineSystem } from '../../../shared/model/system.ts';
import { timestamp } from '../../../shared/model/time.ts';

const Ticket = z.object({
  ticketId: z.string(),
  until: z.number(),
  lapsedAt: timestamp().optional(),
  usedAt: timestamp(),
  note: z.number().optional(),
  pin: secret(),
});
type Ticket = z.output<typeof Ticket>;

const ticket = (more: Partial<EntityDeclaration<Ticket>>) =>
  entity('ticket', {
    key: 'TICKET#{ticketId} / TICKET',
    schema: Ticket,
    example: { ticketId: 't1', until: 5, usedAt: '2026-01-01T00:00:00.000Z' },
    ...more,
  });

test.each(['ticketId', 'usedAt', 'note', 'pin', 'nowhere'])('%s can be no deadline: told with its path', (field) => {
  const declare = () => ticket({ deadlines: { [field]: ({ until }) => until } });
  expect(declare).toThrow(AfterwriteError);
  expect(declare).toThrow(`entities.ticket.deadlines.${field}: `);
});

test('a moment is epoch milliseconds, or none', () => {
  const at = (moment: number | undefined) => ticket({ deadlines: { lapsedAt: () => moment } }).deadlines[0]?.at;
  expect(at(5)?.({} as Ticket)).toBe(5);
  expect(at(undefined)?.({} as Ticket)).toBeUndefined();
  for (const wrong of [Number.NaN, -1, 1e300]) expect(() => at(wrong)?.({} as Ticket)).toThrow('throws RangeError');
});

test('what is taken back when it expires can be in no collection', () => {
  const cached = ticket({ onExpiry: 'retracts' });
  const closed = collection('closed', {
    of: cached,
    due: () => 0,
    entities: [cached],
    partition: (t) => `TICKET#${t.ticketId}`,
    head: () => undefined,
    storageClass: 'STANDARD',
    lifeDays: 1,
  });
  const define = () =>
    defineSystem({
      name: 'tickets',
      table: { name: () => 'tickets', partitionKey: 'PK', sortKey: 'SK' },
      entities: [cached],
      statistics: [],
      events: [],
      retention: [closed],
    });
  expect(define).toThrow("retention.closed: 'ticket' is taken back when it expires");
});
