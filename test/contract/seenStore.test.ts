import { DynamoDBClient, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { memorySeenStore } from '../../events/subscriber/memorySeenStore.ts';
import { provisionSeenTable } from '../../shared/aws/provisionTables.ts';
import { type DynamoSeenStore, dynamoSeenStore } from '../../shared/aws/seenStore.ts';
import type { TransactItem } from '../../shared/aws/seenTransaction.ts';
import type { AfterwriteError } from '../../shared/model/errors.ts';
import type { Attempt, SeenStore } from '../../shared/ports/seenStore.ts';
import { everyCall, FaultyHandler } from '../support/faults/faultyHandler.ts';
import { TurnedClock } from '../support/memory/turnedClock.ts';
import { localStages } from './localStages.ts';
import { type SeenPlace, seenStoreContract } from './seenStoreContract.ts';

const DAY_MS = 86_400_000;

describe('what was seen, in memory', () => {
  seenStoreContract(async () => {
    const clock = new TurnedClock();
    const seen = memorySeenStore({ clock });
    let effects = 0;
    return {
      seen,
      clock,
      commit: (attempt) =>
        seen.commit(attempt, () => {
          effects++;
        }),
      effects: async () => effects,
    };
  });

  test('the least recently used is forgotten beyond its entries', async () => {
    const seen = memorySeenStore({ entries: 2 });
    for (const event of ['a', 'b', 'a', 'c']) await seen.done(attemptOf(event));
    expect(await Promise.all(['a', 'c', 'b'].map((event) => seen.begin(attemptOf(event))))).toEqual([
      'done',
      'done',
      'begun',
    ]);
  });
});

const attemptOf = (event: string): Attempt => ({
  event,
  item: 'i',
  sequence: '1',
  ordered: false,
  by: 'x',
  until: Number.MAX_SAFE_INTEGER,
});

/** The store itself deletes what is expired by the real time, DynamoDB Local within seconds. */
const presentClock = (): TurnedClock => new TurnedClock(Date.now());

describe('what was seen, in DynamoDB', () => {
  const open = localStages();
  let table: string;
  let place: Awaited<ReturnType<typeof open>>;
  beforeAll(async () => {
    place = await open();
    table = `${place.names.stateTable}-seen`;
    await provisionSeenTable(place.clients.dynamodb, table);
    await provisionSeenTable(place.clients.dynamodb, table);
  });

  let subscribers = 0;
  const storeFor = (clock: TurnedClock, subscriber = `s${++subscribers}`): DynamoSeenStore =>
    dynamoSeenStore(place.clients.dynamodb, { table, subscriber, keepDays: 1, clock });
  const effectOf = (name: string): TransactItem => ({
    Update: {
      TableName: place.names.stateTable,
      Key: { PK: { S: 'EFFECT' }, SK: { S: name } },
      UpdateExpression: 'ADD times :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
    },
  });
  const effectsOf = async (name: string): Promise<number> =>
    Number((await place.state.get('EFFECT', name))?.times ?? 0);

  seenStoreContract(async (): Promise<SeenPlace> => {
    const clock = presentClock();
    const seen = storeFor(clock);
    const effect = `effect-${subscribers}`;
    return {
      seen,
      clock,
      commit: (attempt) => seen.commit(attempt, [effectOf(effect)]),
      effects: () => effectsOf(effect),
    };
  });

  /** A try is of one event, and an event has one sequence. */
  const tried = fc
    .record({
      of: fc.constantFrom(['a', '9'] as const, ['b', '10'] as const, ['c', '10'] as const),
      by: fc.constantFrom('x', 'y'),
    })
    .map(({ of: [event, sequence], by }) => ({ event, sequence, by: `${by} at ${event}` }));
  const what = fc.constantFrom('begin', 'done', 'letGo', 'enter', 'handled', 'failed', 'commit', 'wait');
  const step = fc.record({ what, tried });

  test('whatever is asked in whatever order, it answers as memory does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        const clock = presentClock();
        const [stored, inMemory] = [storeFor(clock), memorySeenStore({ clock })];
        for (const { what, tried: rest } of steps) {
          if (what === 'wait') clock.advance(600);
          const attempt = { ...rest, item: 'i', ordered: true, until: clock.now() + 1_000 };
          const ask = (seen: SeenStore, commit: () => Promise<string>): Promise<unknown> => {
            if (what === 'handled' || what === 'failed') return seen.leave(attempt, what);
            if (what === 'commit') return commit().catch((error: AfterwriteError) => error.code);
            return what === 'wait' ? Promise.resolve() : seen[what](attempt);
          };
          const expected = await ask(inMemory, () => inMemory.commit(attempt, () => {}));
          expect(await ask(stored, () => stored.commit(attempt, []))).toEqual(expected);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('what has expired counts as gone, also where it is still there', async () => {
    const clock = presentClock();
    const seen = storeFor(clock);
    await seen.done(attemptOf('a'));
    clock.advance(DAY_MS - 1_000);
    expect(await seen.begin(attemptOf('a'))).toBe('done');
    clock.advance(3_000);
    expect(await seen.commit(attemptOf('a'), [effectOf('expired')])).toBe('written');
    expect(await seen.begin(attemptOf('a'))).toBe('done');
    clock.advance(DAY_MS + 3_000);
    expect(await seen.begin(attemptOf('a'))).toBe('begun');
  });

  test('two subscribers share a table, and see nothing of each other', async () => {
    const clock = presentClock();
    const [one, two] = [storeFor(clock), storeFor(clock)];
    await one.done(attemptOf('a'));
    expect(await two.begin(attemptOf('a'))).toBe('begun');
  });

  test('in a transaction of its own, a subscriber is told that the event was done', async () => {
    const seen = storeFor(presentClock());
    const write = (attempt: Attempt, more: TransactItem[] = []) =>
      place.clients.dynamodb.send(
        new TransactWriteItemsCommand({ TransactItems: [...seen.transactItems(attempt), effectOf('own'), ...more] }),
      );
    await write(attemptOf('a'));
    const error = await write(attemptOf('a')).catch((thrown: unknown) => thrown);
    expect(seen.isAlreadyDone(error, attemptOf('a'))).toBe(true);
    expect(seen.isAlreadyDone(error, attemptOf('b'))).toBe(false);
    expect(await effectsOf('own')).toBe(1);
  });

  test("an effect's own condition that fails is told as the SDK does, and nothing is written or marked", async () => {
    const seen = storeFor(presentClock());
    const refused: TransactItem = {
      Put: {
        TableName: place.names.stateTable,
        Item: { PK: { S: 'EFFECT' }, SK: { S: 'refused' } },
        ConditionExpression: 'attribute_exists(PK)',
      },
    };
    await expect(seen.commit(attemptOf('a'), [effectOf('beside'), refused])).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }, { Code: 'None' }],
    });
    expect(await effectsOf('beside')).toBe(0);
    expect(await seen.begin({ ...attemptOf('a'), by: 'y' })).toBe('begun');
  });

  test('a write whose answer is lost comes again, and is answered as the first', async () => {
    const { endpoint, region, credentials } = place.clients.dynamodb.config;
    const losing = new FaultyHandler(everyCall('unanswered', 1, 2));
    const client = new DynamoDBClient({ ...(endpoint && { endpoint }), region, credentials, requestHandler: losing });
    const seen = dynamoSeenStore(client, { table, subscriber: 'losing' });
    const attempt = { ...attemptOf('a'), ordered: true, sequence: '7' };
    expect(await seen.begin(attempt)).toBe('begun');
    expect(await seen.enter(attempt)).toBe('entered');
    expect(await seen.commit(attempt, [effectOf('losing')])).toBe('written');
    const again = { ...attempt, event: 'b', by: 'y' };
    expect(await seen.begin(again)).toBe('begun');
    expect(await seen.enter(again)).toBe('entered');
    await seen.leave(again, 'failed');
    await seen.letGo(again);
    expect(await seen.enter({ ...again, sequence: '6' })).toBe('stale');
    expect(await seen.begin({ ...again, by: 'z' })).toBe('begun');
    expect(await effectsOf('losing')).toBe(1);
    expect(losing.broken.length).toBeGreaterThan(8);
    client.destroy();
  });

  test('a missing table is told as such, with what to do', async () => {
    const seen = dynamoSeenStore(place.clients.dynamodb, { table: `${table}-none`, subscriber: 'x' });
    await expect(seen.begin(attemptOf('a'))).rejects.toMatchObject({
      code: 'TABLE_MISSING',
      mend: expect.stringContaining('TTL attribute expiresAt'),
    });
  });
});
