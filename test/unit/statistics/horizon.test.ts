import { decodeAttributes } from '../../../shared/model/attribute.ts';
import { archiveRules } from '../../../shared/model/storageRules.ts';
import type { System } from '../../../shared/model/system.ts';
import { Stage } from '../../support/given/stage.ts';
import { keyOfTicket, ticketItem, tickets } from '../../support/given/tickets.ts';

/* What left the table and counts on is in the journal, and is gone with it: a recount must not take that for a drift. */

const BEGIN = '2026-02-01T10:00:00.000Z';
const LIFE_DAYS = 10;
const DATASET = { lifeDays: LIFE_DAYS };
const forTenDays: System = { ...tickets, archive: archiveRules({ journal: DATASET, events: DATASET }) };

const issue = (stage: Stage, ticketId: string): void =>
  stage.put(decodeAttributes(ticketItem({ ticketId, state: 'used', until: 0 })));

/** One ticket has expired, and one is there; then so many days pass, and the journal is gone. */
async function after(system: System, days: number): Promise<Stage> {
  const stage = new Stage(system, BEGIN);
  issue(stage, 'a');
  await stage.settle();
  stage.expire(keyOfTicket('a'), 1);
  issue(stage, 'b');
  await stage.settle();
  expect(await stage.verified()).toMatchObject({ drifts: [], departed: 1, beyond: 0 });
  await stage.pass(days);
  await stage.letJournalGo();
  return stage;
}

const issued = async (stage: Stage): Promise<unknown> => (await stage.statistic('totals', {}))?.issued;

test('a group that may hold more than the journal goes back to is not judged, and a rebuild leaves it as it is', async () => {
  const stage = await after(forTenDays, LIFE_DAYS + 1);
  expect(await stage.verified()).toMatchObject({ drifts: [], departed: 0, beyond: 1 });
  expect(await stage.rebuilt()).toEqual([expect.objectContaining({ written: [], left: [], beyond: ['TOTALS/STATS'] })]);
  expect(await issued(stage)).toBe(2);
  issue(stage, 'c');
  await stage.settle();
  expect(await issued(stage)).toBe(3);
});

test.each([
  ['in a younger group', forTenDays, LIFE_DAYS - 3],
  ['where the journal is kept for ever', tickets, LIFE_DAYS + 1],
])('%s, a journal that is gone is a drift', async (_, system, days) => {
  const stage = await after(system, days);
  const { drifts, beyond } = await stage.verified();
  expect({ keys: drifts.map(({ key }) => key), beyond }).toEqual({ keys: ['TOTALS/STATS'], beyond: 0 });
  await stage.rebuilt();
  expect(await issued(stage)).toBe(1);
});
