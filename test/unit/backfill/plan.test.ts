import { deriveEvents } from '../../../events/derive.ts';
import { planBackfill } from '../../../processors/backfill/plan.ts';
import type { Attributes } from '../../../shared/model/attribute.ts';
import type { System } from '../../../shared/model/system.ts';
import { decodeChange, keyOf } from '../../../shared/stream/change.ts';
import { organizations } from '../../../shared/systems/organizations.ts';
import { taskEntity, taskItem, tasks, tasksWith } from '../../support/given/tasks.ts';

const added = (item: Attributes, system: System = tasks): Attributes | undefined =>
  planBackfill(system, item)?.backfilling?.added;
const left = (item: Attributes, system: System = tasks) =>
  planBackfill(system, item)?.left.map(({ reason, attributes }) => [reason, ...attributes]);

const DEFAULTS = { urgency: { S: 'low' }, labels: { L: [] } };
const WHOLE = { ...DEFAULTS, GSI1PK: { S: 'OPEN#low' }, GSI1SK: { S: 't1' } };

test('an item gets the keys and defaults that it lacks, and keys follow from defaults', () => {
  expect(added(taskItem())).toEqual(WHOLE);
  expect(added(taskItem({ urgency: 'high', due: 7 }))).toEqual({
    labels: { L: [] },
    GSI1PK: { S: 'OPEN#high' },
    GSI1SK: { S: 't1' },
    GSI2PK: { S: 'DUE' },
  });
  expect(added(taskItem({ state: 'done' }))).toEqual(DEFAULTS);
});

test('what is whole, of no entity, derived, or of an entity that declares nothing, gets nothing', () => {
  expect(added({ ...taskItem(), ...WHOLE })).toBeUndefined();
  expect(left({ ...taskItem(), ...WHOLE })).toEqual([]);
  for (const PK of ['NOTE#1', 'OTHER#1', 'STATISTIC#open'])
    expect(planBackfill(tasks, { PK: { S: PK }, SK: { S: PK === 'NOTE#1' ? 'NOTE' : 'STATS' } })).toBeUndefined();
});

test('what leaves the table is left alone; another mark is no hindrance', () => {
  const mark = (own: Attributes): Attributes => ({ afterwrite: { M: own } });
  expect(planBackfill(tasks, { ...taskItem(), ...mark({ leaving: { S: 'b1' } }) })).toBeUndefined();
  const plan = planBackfill(tasks, { ...taskItem(), ...mark({ restored: { S: 'b1' } }) });
  expect(plan?.backfilling).toMatchObject({ added: WHOLE, isMarked: true });
});

test('a malformed item is left, whatever could be guessed of it', () => {
  const broken = { ...taskItem(), state: { S: 'lost' } };
  expect([added(broken), left(broken)]).toEqual([undefined, [['malformed']]]);
});

test('an index of which another key is there is left as it is, and others are not', () => {
  const other = { ...taskItem({ due: 7 }), GSI1PK: { S: 'OPEN#high' } };
  expect(added(other)).toEqual({ ...DEFAULTS, GSI2PK: { S: 'DUE' } });
  expect(left(other)).toEqual([['differs', 'GSI1PK', 'GSI1SK']]);
  // The same text in another type is another key.
  expect(left({ ...taskItem(), ...WHOLE, GSI1SK: { N: '1' } })).toEqual([['differs', 'GSI1SK']]);
});

test('what the declaration throws on, or gives that can be no key, is left; the rest is added', () => {
  const throwing = tasksWith(
    taskEntity({
      indexes: ({ taskId }) => {
        if (taskId === 't1') return { GSI1PK: 'x' };
        throw new RangeError(taskId);
      },
    }),
  );
  const item = taskItem({ taskId: 't2' });
  expect([added(item, throwing), left(item, throwing)]).toEqual([DEFAULTS, [['throws']]]);
  const empty = tasksWith(
    taskEntity({ indexes: ({ state }) => ({ GSI1PK: state, GSI1SK: state === 'open' ? 'x' : '', GSI2PK: 'y' }) }),
  );
  const done = taskItem({ state: 'done' });
  expect([added(done, empty), left(done, empty)]).toEqual([
    { ...DEFAULTS, GSI2PK: { S: 'y' } },
    [['unfit', 'GSI1PK', 'GSI1SK']],
  ]);
});

test('what has no room for it is left', () => {
  const full = taskItem({}, { text: 'x'.repeat(400 * 1024 - 100) });
  expect(added(full)).toBeUndefined();
  expect(left(full)).toEqual([['large', 'GSI1PK', 'GSI1SK', 'labels', 'urgency']]);
});

test('it holds only while all that the entity knows of the item is as it was read', () => {
  const { attributes, lacks } = planBackfill(tasks, taskItem({ due: 7 }, { other: 1 }))?.backfilling ?? {};
  expect(attributes).toEqual({ taskId: { S: 't1' }, state: { S: 'open' }, due: { N: '7' } });
  expect([...(lacks ?? [])].sort()).toEqual(['GSI1PK', 'GSI1SK', 'GSI2PK', 'code', 'labels', 'urgency']);
});

/** As the table writes it. */
function backfilled(item: Attributes, system: System = tasks): Attributes {
  const { added: more, hash } = planBackfill(system, item)?.backfilling ?? { added: {}, hash: '' };
  return {
    ...item,
    ...more,
    afterwrite: { M: { ...(item.afterwrite as { M: Attributes })?.M, backfilled: { S: hash } } },
  };
}

function changeOf(old: Attributes | undefined, now: Attributes | undefined, system: System = tasks) {
  const { PK, SK } = (now ?? old) as { PK: Attributes[string]; SK: Attributes[string] };
  const record = { eventId: 'e1', sequence: '7', at: 0, keys: { PK, SK }, old, new: now, byTtl: false };
  return decodeChange(system, record, 'stream', 'shard');
}
const events = (old: Attributes | undefined, now: Attributes): number =>
  deriveEvents(tasks, { stage: 'test', table: 't' }, changeOf(old, now)).length;

test('the write of a backfill asks for no event, and to statistics it is the same item', () => {
  for (const item of [taskItem(), taskItem({ code: undefined }, { code: 'secret' }), taskItem({ state: 'done' })]) {
    const change = changeOf(item, backfilled(item));
    expect([change.silent, events(item, backfilled(item))]).toEqual([true, 0]);
    expect(change.new).toEqual(change.old);
  }
});

test("a user's write of a marked item is none of a backfill's, whatever it does", () => {
  const item = taskItem({ due: 7 });
  const whole = backfilled(item);
  const { due: _due, ...less } = whole;
  const { GSI1PK: _pk, ...unindexed } = whole;
  for (const [old, now] of [
    [whole, { ...whole, other: { S: 'x' } }],
    [whole, { ...whole, urgency: { S: 'high' } }],
    [whole, less],
    [less, whole],
    [unindexed, { ...whole, other: { S: 'x' } }],
    [undefined, whole],
  ] as const)
    expect(changeOf(old, now).silent).toBe(false);
  expect(events(whole, { ...whole, other: { S: 'x' } })).toBe(1);
});

test('what the archive may not hold is in no hash: the change is recognised in the journal as it was live', () => {
  const item = {
    ...{ PK: { S: 'ORG#o1' }, SK: { S: 'MEMBER#u1' }, organizationId: { S: 'o1' }, userId: { S: 'u1' } },
    joinedAt: { N: '1769940000000' },
  };
  const whole = backfilled(item, organizations);
  expect(whole).toMatchObject({ GSI2PK: { S: 'USER#u1' }, GSI2SK: { S: 'JOINED#1769940000000' } });
  const live = changeOf(item, whole, organizations);
  const journalled = changeOf(live.record.old, live.record.new, organizations);
  for (const change of [live, journalled]) expect(change.markOnly || change.silent).toBe(true);
  expect(keyOf(organizations.table, item)).toEqual(live.key);
});
