import { listSpilled } from '../../../shared/archive/spilled.ts';
import { AfterwriteError } from '../../../shared/model/errors.ts';
import { keyText } from '../../../shared/model/keys.ts';
import { firstParked } from '../../../shared/state/parked.ts';
import { listSpills } from '../../../shared/state/spill.ts';
import type { Change } from '../../../shared/stream/change.ts';
import { changeOf } from '../../support/given/changes.ts';
import { findingItem, versionItem } from '../../support/given/reviewerItems.ts';
import { givenSpilling, requested, SPILL_PLACE } from '../../support/given/spilling.ts';

type Given = ReturnType<typeof givenSpilling>;

const recordsOf = async ({ state }: Given): Promise<string[]> =>
  (await listSpills(state)).map(({ shard, turn }) => `${shard} ${turn}`);

async function objectsIn({ archive }: Given): Promise<string[]> {
  const objects: string[] = [];
  for await (const { shard, first, changes } of listSpilled(archive, SPILL_PLACE))
    objects.push(`${shard} ${first} ${changes}`);
  return objects;
}

/** What a reader settles while the bus is out. */
async function whileOut(given: Given, changes: readonly Change[]): Promise<void> {
  given.bus.isOut = true;
  await given.live.process(changes);
  given.bus.isOut = false;
}

/** Does something in the moment in which the drainer has seen that a shard's objects are gone. */
function whenEmpty({ archive }: Given, happens: () => Promise<void>): void {
  const list = archive.list.bind(archive);
  let hasHappened = false;
  archive.list = async function* (prefix) {
    let objects = 0;
    for await (const object of list(prefix)) {
      objects++;
      yield object;
    }
    if (objects > 0 || prefix === SPILL_PLACE.root || hasHappened) return;
    hasHappened = true;
    await happens();
  };
}

test('what the bus does not take is spilled, and all that follows until it is drained; then it goes out in order', async () => {
  const given = givenSpilling();
  await whileOut(given, [requested('9'), requested('10')]);
  await given.live.process([requested('11')]);
  expect(given.published()).toEqual([]);
  expect(await recordsOf(given)).toEqual(['shard-1 2']);
  expect(await objectsIn(given)).toEqual(['shard-1 9 2', 'shard-1 11 1']);
  expect(await given.drain()).toEqual({ published: 3, out: false });
  expect(await recordsOf(given)).toEqual([]);
  expect(await objectsIn(given)).toEqual([]);
  await given.live.process([requested('12')]);
  expect(given.published()).toEqual(['9', '10', '11', '12']);
});

test('only what asks for events is kept, and what can not be decided: it is parked when it is drained', async () => {
  const given = givenSpilling();
  given.bus.isOut = true;
  const malformed = changeOf({ new: versionItem({ reviewId: 'r2', riskScore: 140 }), sequence: '11' });
  const nothing = changeOf({ new: findingItem(), sequence: '12' });
  await given.live.process([requested('10'), malformed, nothing]);
  expect(await objectsIn(given)).toEqual(['shard-1 10 2']);
  given.bus.isOut = false;
  await given.drain();
  expect(given.published()).toEqual(['10']);
  const parked = [...(await firstParked(given.state, 'fanout')).values()];
  expect(parked.map(({ key, code }) => [keyText(key), code])).toEqual([['REVIEW#r2/VERSION#1', 'ITEM_MALFORMED']]);
});

test('a drain that finds the bus out keeps all, and says so', async () => {
  const given = givenSpilling();
  given.bus.isOut = true;
  await given.live.process([requested('10')]);
  expect(await given.drain()).toEqual({ published: 0, out: true });
  expect(await objectsIn(given)).toEqual(['shard-1 10 1']);
});

test('a damaged object keeps its shard spilled, and no other', async () => {
  const given = givenSpilling([
    { id: 'one', parent: undefined },
    { id: 'two', parent: undefined },
  ]);
  given.bus.isOut = true;
  await given.live.process([requested('10', 'one')]);
  await given.live.process([requested('11', 'two', 'r2')]);
  given.bus.isOut = false;
  for await (const { key, shard } of listSpilled(given.archive, SPILL_PLACE))
    if (shard === 'one') given.archive.damage(key, new Uint8Array([1]));
  expect(await given.drain()).toEqual({ published: 1, out: false });
  expect(await recordsOf(given)).toEqual(['one 1']);
});

test('what is spilled while the drainer finds nothing left keeps the shard spilled', async () => {
  const given = givenSpilling();
  await whileOut(given, [requested('10')]);
  const stop = new AbortController();
  whenEmpty(given, async () => {
    await given.live.process([requested('11')]);
    stop.abort();
  });
  await given.drain(stop.signal);
  expect(await recordsOf(given)).toEqual(['shard-1 2']);
  await given.live.process([requested('12')]);
  await given.drain();
  expect(given.published()).toEqual(['10', '11', '12']);
});

test('a drainer that was late does not end the next outage', async () => {
  const given = givenSpilling();
  await whileOut(given, [requested('10')]);
  const stop = new AbortController();
  whenEmpty(given, async () => {
    await given.drain();
    given.bus.isOut = true;
    await given.live.process([requested('11')]);
    stop.abort();
  });
  await given.drain(stop.signal);
  expect(await recordsOf(given)).toEqual(['shard-1 1']);
});

describe('shards that came from a spilled one', () => {
  const shards = [
    { id: 'parent', parent: undefined },
    { id: 'child', parent: 'parent' },
    { id: 'grandchild', parent: 'child' },
    { id: 'other', parent: undefined },
  ];

  test('are spilled too, and drained after it; others are not', async () => {
    const given = givenSpilling(shards);
    given.bus.isOut = true;
    await given.live.process([requested('10', 'parent')]);
    given.bus.isOut = false;
    await given.live.process([requested('12', 'other', 'r2')]);
    await given.live.process([requested('11', 'grandchild')]);
    expect(given.published()).toEqual(['12']);
    expect(await recordsOf(given)).toEqual(['grandchild 1', 'parent 1']);
    await given.drain();
    expect(given.published()).toEqual(['12', '10', '11']);
  });

  test('are held back also where the stream has forgotten the shard, and those in between', async () => {
    const given = givenSpilling(shards.slice(2));
    given.bus.isOut = true;
    await given.live.process([requested('10', 'parent')]);
    given.bus.isOut = false;
    await given.live.process([requested('11', 'grandchild')]);
    await given.live.process([requested('12', 'other', 'r2')]);
    expect(given.published()).toEqual(['12']);
    await given.drain();
    expect(given.published()).toEqual(['12', '10', '11']);
  });
});

test('an object that an append left behind when it died is published and removed', async () => {
  const given = givenSpilling();
  given.bus.isOut = true;
  const { putIfAbsent } = given.state;
  given.state.putIfAbsent = () => Promise.reject(new Error('dies'));
  await expect(given.live.process([requested('10')])).rejects.toThrow('dies');
  given.state.putIfAbsent = putIfAbsent;
  given.bus.isOut = false;
  await given.live.process([requested('10'), requested('11')]);
  await given.drain();
  expect(await objectsIn(given)).toEqual([]);
  expect(given.published()).toEqual(['10', '11', '10']);
});

test('a bus that refuses everything (lost credentials, a page of a proxy) is out as well: statistics must not wait', async () => {
  const given = givenSpilling();
  given.bus.put = async () => {
    throw new AfterwriteError('ENDPOINT_UNREACHABLE', 'ExpiredToken', { mend: 'check the credentials' });
  };
  await given.live.process([requested('9')]);
  expect(await recordsOf(given)).toEqual(['shard-1 1']);
});

test('an entry for which the bus refuses its whole call is parked alone; the others of the call go out', async () => {
  const given = givenSpilling();
  const put = given.bus.put.bind(given.bus);
  given.bus.put = async (entries) => {
    if (entries.some(({ detail }) => detail.includes('REVIEW#bad')))
      throw new AfterwriteError('ITEM_REFUSED', 'ValidationException', { mend: 'x' });
    return put(entries);
  };
  await given.live.process([requested('9', 'shard-1', 'bad'), requested('10', 'shard-1', 'good')]);
  expect(given.published()).toEqual(['10']);
  expect([...(await firstParked(given.state, 'fanout')).values()]).toMatchObject([
    { position: { sequence: '9' }, reason: expect.stringContaining('ValidationException') },
  ]);
});
