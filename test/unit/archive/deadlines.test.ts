import { passDeadlines } from '../../../processors/archive/deadlines.ts';
import { saveDue } from '../../../processors/archive/due.ts';
import { queueOf } from '../../../processors/archive/plan.ts';
import type { System } from '../../../shared/model/system.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import { keyOfTicket, ticketItem, tickets } from '../../support/given/tickets.ts';
import { memoryState } from '../../support/memory/memoryState.ts';
import { MemoryTable } from '../../support/memory/memoryTable.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

const DUE = Date.parse('2026-02-01T10:00:00.000Z');
const KEY = keyOfTicket('t1');

/** As it was declared by mistake for a while: no moment can be told of any item. */
const mistaken: System = {
  ...tickets,
  entities: tickets.entities.map((entity) => ({ ...entity, schema: entity.schema.refine(() => false) })),
};

test('a deadline that came while the declaration was wrong is noted once that is mended', async () => {
  const [state, table] = [memoryState(), new MemoryTable(tickets.table, new TurnedClock())];
  const [ticket] = tickets.entities;
  if (!ticket) throw new Error('there are tickets');
  table.put(ticketItem({ ticketId: 't1', state: 'open', until: DUE }));
  await saveDue(state, [{ queue: queueOf(ticket, { field: 'lapsedAt' }), source: KEY, due: DUE, namedBy: 'e1' }]);
  const passing = (system: System) => passDeadlines({ system, table, state, log: silentLog }, DUE + 1);
  expect(await passing(mistaken)).toBe(0);
  expect(await passing(tickets)).toBe(1);
  expect(table.item(KEY)?.lapsedAt).toEqual({ S: '2026-02-01T10:00:00.000Z' });
});
