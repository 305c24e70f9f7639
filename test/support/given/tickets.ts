import * as z from 'zod';
import { type Attributes, encodeAttributes } from '../../../shared/model/attribute.ts';
import { entity } from '../../../shared/model/entity.ts';
import { event, inserted } from '../../../shared/model/event.ts';
import { count } from '../../../shared/model/measures/count.ts';
import { countBy } from '../../../shared/model/measures/countBy.ts';
import { statistic } from '../../../shared/model/statistic.ts';
import { defineSystem } from '../../../shared/model/system.ts';
import { timestamp } from '../../../shared/model/time.ts';
import { deadlinePassed } from '../../../shared/model/transitions.ts';

const Ticket = z.object({
  ticketId: z.string(),
  state: z.enum(['open', 'used']),
  /** Epoch milliseconds. */
  until: z.number(),
  lapsedAt: timestamp().optional(),
});
export type Ticket = z.output<typeof Ticket>;

const ticket = entity('ticket', {
  key: 'TICKET#{ticketId} / TICKET',
  schema: Ticket,
  deadlines: { lapsedAt: (t) => (t.state === 'open' ? t.until : undefined) },
  example: { ticketId: 't1', state: 'open', until: 0 },
});
const seat = entity('seat', {
  key: 'SEAT#{seatId} / CACHE',
  schema: z.object({ seatId: z.string(), row: z.string() }),
  onExpiry: 'retracts',
  example: { seatId: 's1', row: 'a' },
});
const totals = statistic('totals', {
  key: 'TOTALS / STATS',
  measures: { issued: count(), byState: countBy(['open', 'used', 'lapsed']), seats: countBy() },
  feeds: (from) => [
    from(ticket, (t) => [{ into: {}, add: { issued: 1, byState: t.lapsedAt === undefined ? t.state : 'lapsed' } }]),
    from(seat, (s) => [{ into: {}, add: { seats: s.row } }]),
  ],
});
const common = { version: 1, since: '0.1.0', schema: z.object({ ticketId: z.string() }), example: { ticketId: 't1' } };

/** Tickets that run out by themselves, and a cache of seats that counts for as long as it is there. */
export const tickets = defineSystem({
  name: 'tickets',
  table: { name: (stage) => `tickets-${stage}`, partitionKey: 'PK', sortKey: 'SK', ttl: 'expiresAt' },
  entities: [ticket, seat],
  statistics: [totals],
  events: [
    event('TicketIssued', {
      ...common,
      description: 'A ticket was issued.',
      when: inserted(ticket, () => true),
      data: (t) => ({ ticketId: t.ticketId }),
    }),
    event('TicketLapsed', {
      ...common,
      description: 'A ticket ran out.',
      when: deadlinePassed(ticket, 'lapsedAt'),
      data: (t) => ({ ticketId: t.ticketId }),
    }),
  ],
  retention: [],
});

export const keyOfTicket = (ticketId: string) => ({ pk: `TICKET#${ticketId}`, sk: 'TICKET' });
export const keyOfSeat = (seatId: string) => ({ pk: `SEAT#${seatId}`, sk: 'CACHE' });

/** @param expiresAt epoch seconds */
export const ticketItem = (fields: Ticket, expiresAt?: number): Attributes =>
  encodeAttributes({ PK: `TICKET#${fields.ticketId}`, SK: 'TICKET', ...fields, ...(expiresAt && { expiresAt }) });
export const seatItem = (seatId: string, row: string): Attributes =>
  encodeAttributes({ PK: `SEAT#${seatId}`, SK: 'CACHE', seatId, row });
