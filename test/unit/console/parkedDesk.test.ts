import { ParkedDesk } from '../../../infra/console/parkedDesk.ts';
import { onThisMachine } from '../../../infra/pipeline/options.ts';
import type { Workplace } from '../../../infra/pipeline/workplace.ts';
import { AfterwriteError } from '../../../shared/model/errors.ts';
import { namesOf } from '../../../shared/model/names.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import { readGate, step } from '../../../shared/state/gates.ts';
import { park } from '../../../shared/state/parking.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { changeOf } from '../../support/given/changes.ts';
import { versionItem } from '../../support/given/reviewerItems.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';
import { memoryState } from '../../support/memory/memoryState.ts';
import { memoryStreamSource } from '../../support/memory/memoryStreamSource.ts';
import { MemoryTable } from '../../support/memory/memoryTable.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

const poison = new AfterwriteError('ITEM_MALFORMED', 'riskScore is none', { mend: 'x' });
const change = (reviewId: string) => changeOf({ new: versionItem({ reviewId, stackId: 'a-secret-stack' }) });

function given() {
  const state = memoryState();
  const table = new MemoryTable(reviewer.table, new TurnedClock());
  const place = {
    system: reviewer,
    names: namesOf(reviewer, 'parked'),
    state,
    table,
    archive: new MemoryArchive(),
    stream: async () => memoryStreamSource(table.stream),
  } satisfies Partial<Workplace> as unknown as Workplace;
  const never = new AbortController().signal;
  return {
    state,
    desk: new ParkedDesk(place, onThisMachine(silentLog), never),
    parked: (reviewId: string) => park(state, 'statistics', undefined, { poison, changes: [change(reviewId)] }),
  };
}

test('what is parked is listed with its reason and without its content', async () => {
  const { desk, parked } = given();
  await parked('a');
  const told = await desk.list();
  expect(told).toMatchObject({
    rows: [
      { processor: 'statistics', key: 'REVIEW#a/VERSION#1', changes: 1, reason: 'riskScore is none', held: false },
    ],
    more: false,
  });
  expect(JSON.stringify(told)).not.toContain('secret');
});

test('of very many the first are listed, and that there are more is told', async () => {
  const { desk, parked } = given();
  for (let n = 0; n < 200; n++) await parked(`r${n}`);
  expect(await desk.list()).toMatchObject({ more: false });
  await parked('one-more');
  const { rows, more } = await desk.list();
  expect([rows.length, more]).toEqual([200, true]);
});

test('an item that somebody works on is left to them, and shown so', async () => {
  const { desk, parked, state } = given();
  await parked('a');
  const gate = await readGate(state, 'statistics', change('a').key);
  if (gate) await step(state, 'statistics', gate, { ...gate, by: 'somebody' });
  expect(await desk.list()).toMatchObject({ rows: [{ held: true }] });
  await expect(desk.work({ how: 'redrive', processor: 'statistics', key: 'REVIEW#a/VERSION#1' })).rejects.toMatchObject(
    { code: 'PARKED_HELD', mend: expect.stringContaining('--take-over') },
  );
});

test('what is no redrive or drop of an item is refused', async () => {
  const { desk } = given();
  for (const body of [
    null,
    {},
    { how: 'erase', processor: 'statistics', key: 'a' },
    { how: 'drop', processor: 'x', key: 'a' },
  ])
    await expect(desk.work(body)).rejects.toMatchObject({ code: 'USAGE' });
});
