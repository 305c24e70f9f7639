import { systemClock } from '../../shared/ports/clock.ts';
import '../simulation/syncZlib.ts';
import fc from 'fast-check';
import { compareShadow } from '../../processors/replay/shadow.ts';
import { verify } from '../../processors/statistics/verify.ts';
import { decodeAttributes } from '../../shared/model/attribute.ts';
import { decodeChange, expiryOf } from '../../shared/stream/change.ts';
import { brokenEvents } from '../simulation/laws/events.ts';
import { randomFrom } from '../simulation/random.ts';
import type { Cast } from '../simulation/systems/cast.ts';
import { Trace } from '../simulation/trace.ts';
import { World } from '../simulation/world.ts';
import { keyOfSeat, keyOfTicket, seatItem, type Ticket, ticketItem, tickets } from '../support/given/tickets.ts';
import { memoryStreamSource } from '../support/memory/memoryStreamSource.ts';

const NOW = Date.parse('2026-02-01T10:00:00.000Z');
const MINUTE = 60_000;
const RUNS = 60;

type Act =
  | { readonly act: 'ticket'; readonly fields: Ticket; readonly expires: boolean }
  | { readonly act: 'use' | 'delete' | 'ttl'; readonly ticketId: string }
  | { readonly act: 'seat'; readonly seatId: string; readonly row: string }
  | { readonly act: 'seatGone'; readonly seatId: string; readonly byTtl: boolean }
  | { readonly act: 'minutes'; readonly minutes: number };

const ticketId = fc.constantFrom('t1', 't2', 't3');
const seatId = fc.constantFrom('s1', 's2');
const anyAct: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      act: fc.constant('ticket' as const),
      fields: fc.record({
        ticketId,
        state: fc.constantFrom('open' as const, 'open' as const, 'used' as const),
        until: fc.integer({ min: -2, max: 9 }).map((minutes) => NOW + minutes * MINUTE),
      }),
      expires: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ act: fc.constantFrom('use' as const, 'delete' as const, 'ttl' as const), ticketId }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('seat' as const), seatId, row: fc.constantFrom('a', 'b') }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('seatGone' as const), seatId, byTtl: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ act: fc.constant('minutes' as const), minutes: fc.integer({ min: 1, max: 4 }) }),
  },
);

function perform({ table, clock }: World, act: Act): void {
  if (act.act === 'ticket')
    table.put(ticketItem(act.fields, act.expires ? Math.floor(act.fields.until / 1000) : undefined));
  if (act.act === 'seat') table.put(seatItem(act.seatId, act.row));
  if (act.act === 'seatGone') table.remove(keyOfSeat(act.seatId), { byTtl: act.byTtl });
  if (act.act === 'minutes') clock.advance(act.minutes * MINUTE);
  if (!('ticketId' in act)) return;
  const key = keyOfTicket(act.ticketId);
  const item = table.item(key);
  if (act.act === 'use' && item) table.put({ ...item, state: { S: 'used' } });
  // DynamoDB's own TTL is late as a rule, and never early.
  if (act.act === 'ttl' && (expiryOf(tickets.table, item) > clock.now() || !item)) return;
  if (act.act === 'delete' || act.act === 'ttl') table.remove(key, { byTtl: act.act === 'ttl' });
}

async function told(acts: readonly Act[], seed: number): Promise<World> {
  const world = new World({ system: tickets } as Cast, new Trace(), { firstSequence: 95n, now: NOW });
  const random = randomFrom(seed);
  const fate = {
    random,
    diesAtCall: 40,
    hangsAtCall: undefined,
    hangsIn: undefined,
    failing: 0.05,
    slow: 0.05,
    leased: false,
  };
  for (const act of acts) {
    if (world.working.length === 0) world.start(fate);
    perform(world, act);
    await world.turn(Math.floor(random() * 6));
  }
  // Clocks may go wrong by an hour.
  world.clock.advance(120 * MINUTE);
  await world.readToTheEnd(random);
  return world;
}

/** How often a ticket's moment came: told by its history alone. */
function lapsesByHand({ table }: World): string[] {
  return table.stream.records.flatMap((record) => {
    const old = record.old && (decodeAttributes(record.old) as unknown as Ticket);
    const now = record.new && (decodeAttributes(record.new) as unknown as Ticket);
    if (!old?.ticketId) return [];
    const noted = now !== undefined && old.lapsedAt === undefined && now.lapsedAt !== undefined;
    const { cause } = decodeChange(tickets, record, 'stream', 'any');
    const late =
      cause.startsWith('ttl') && old.state === 'open' && old.lapsedAt === undefined && old.until <= record.at;
    return noted || late ? [old.ticketId] : [];
  });
}

const numbers = (counts: unknown): Record<string, number> =>
  Object.fromEntries(Object.entries(counts as Record<string, number>).filter(([, n]) => n !== 0));

async function holds(world: World): Promise<void> {
  const { system, names, state, table } = world;
  expect(world.failures).toEqual([]);
  const ports = { archive: world.archive.store, state, table };
  const stream = async () => memoryStreamSource(table.stream);
  const options = { clock: systemClock, pause: async () => {}, signal: new AbortController().signal };
  expect((await verify({ system, names, ...ports, stream }, options)).drifts).toEqual([]);
  expect((await compareShadow(system, names, ports)).drifts).toEqual([]);
  expect(await brokenEvents(world)).toEqual([]);
  const published = new Map(world.bus.taken.map((entry) => [JSON.parse(entry.detail).metadata.id, entry]));
  const lapsed = [...published.values()].filter(({ detailType }) => detailType === 'TicketLapsed');
  expect(lapsed.map(({ detail }) => JSON.parse(detail).data.ticketId).sort()).toEqual(lapsesByHand(world).sort());
  const standing = table.items.map((item) => decodeAttributes(item) as unknown as Ticket);
  // All moments lie behind: what still names one has it noted, in the item and in its statistic.
  expect(standing.filter((t) => t.state === 'open' && t.ticketId && t.lapsedAt === undefined)).toEqual([]);
  const [totals] = table.items.map(decodeAttributes).filter(({ PK }) => PK === 'TOTALS');
  expect(numbers(totals?.byState ?? {}).open).toBeUndefined();
  const rows = table.items.map(decodeAttributes).flatMap(({ row }) => (row === undefined ? [] : [String(row)]));
  const seats = Object.fromEntries([...new Set(rows)].map((row) => [row, rows.filter((one) => one === row).length]));
  expect(numbers(totals?.seats ?? {})).toEqual(seats);
}

/** THE LAW: a moment that an item names is told once, and counts from then on, whether its field was set or the TTL was faster. */
test('deadlines pass once, and a cache counts for as long as it is there, whatever workers die of', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyAct, { minLength: 3, maxLength: 14 }), fc.nat(), async (acts, seed) =>
      holds(await told(acts, seed)),
    ),
    { numRuns: RUNS, endOnFailure: true },
  );
});
