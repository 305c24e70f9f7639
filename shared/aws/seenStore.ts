import { createHash } from 'node:crypto';
import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { AfterwriteError, isAfterwriteError } from '../model/errors.ts';
import { type Clock, systemClock } from '../ports/clock.ts';
import type { Attempt, SeenStore } from '../ports/seenStore.ts';
import { padSequence } from '../stream/sequence.ts';
import { calling } from './errors.ts';
import { type Committing, commit, isAlreadyDone, type TransactItem, transactItems } from './seenTransaction.ts';

export interface DynamoSeenStoreOptions {
  /** Its partition key is `PK`, a string; no sort key. Its TTL attribute is `expiresAt`. */
  readonly table: string;
  /** Whose memory it is: subscribers with other names may share the table. */
  readonly subscriber: string;
  /** How long an event is remembered; 14 days, as long as SQS keeps a message. */
  readonly keepDays?: number;
  readonly clock?: Clock;
}

export interface DynamoSeenStore extends SeenStore {
  /**
   * Writes the effect and the mark in one transaction: exactly once. `already`: it was done before, and nothing was
   * written. Throws EVENT_BUSY where the item's turn was lost, and the SDK's own errors: in a cancelled transaction the reasons
   * have the order of `items`.
   */
  commit(once: Attempt, items: readonly TransactItem[]): Promise<'written' | 'already'>;
  /** The mark alone, for a transaction of your own: one item, two where order counts. */
  transactItems(once: Attempt): TransactItem[];
  /** Whether a transaction with these items was cancelled because the event is done: nothing is left to do. */
  isAlreadyDone(error: unknown, once: Attempt): boolean;
}

export const SEEN_PARTITION_KEY = 'PK';
export const SEEN_TTL = 'expiresAt';

const KEEP_DAYS = 14;
const DAY_SECONDS = 86_400;
/** A partition key holds 2,048 bytes. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const LONGEST_KEY_BYTES = 2_048;

const NAMES = { '#state': 'state', '#by': 'by', '#until': 'until' };
const ITEM_NAMES = { '#by': 'by', '#until': 'until', '#tried': 'tried', '#before': 'before' };

/**
 * What a subscriber has seen, in DynamoDB: two writes an event, four with `dropStale`. TTL deletes up to two days late, so what
 * has expired counts as gone although it is there.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
 */
export function dynamoSeenStore(client: DynamoDBClient, options: DynamoSeenStoreOptions): DynamoSeenStore {
  const { table, subscriber, keepDays = KEEP_DAYS, clock = systemClock } = options;
  const place: Committing = {
    table,
    eventKey: ({ event }) => keyOf(`${subscriber}#EVENT#${event}`),
    itemKey: ({ item }) => keyOf(`${subscriber}#ITEM#${item}`),
    expiresAt: () => number(Math.ceil(clock.now() / 1000) + keepDays * DAY_SECONDS),
    now: () => number(Math.floor(clock.now() / 1000)),
  };
  return {
    begin: (attempt) => begin(client, place, clock, attempt),
    async done(attempt) {
      const Item = {
        ...place.eventKey(attempt),
        state: text('done'),
        by: text(attempt.by),
        expiresAt: place.expiresAt(),
      };
      await held(table, () => client.send(new PutItemCommand({ TableName: table, Item })));
    },
    async letGo(attempt) {
      await held(table, () =>
        client.send(
          new DeleteItemCommand({
            TableName: table,
            Key: place.eventKey(attempt),
            ConditionExpression: '#state = :begun AND #by = :by',
            ExpressionAttributeNames: { '#state': 'state', '#by': 'by' },
            ExpressionAttributeValues: { ':begun': text('begun'), ':by': text(attempt.by) },
          }),
        ),
      );
    },
    enter: (attempt) => enter(client, place, clock, attempt),
    leave: (attempt, outcome) => leave(client, place, attempt, outcome),
    commit: (once, items) => commit(client, place, once, items),
    transactItems: (once) => transactItems(place, once),
    isAlreadyDone: (error, once) => isAlreadyDone(place, error, once),
  };
}

async function begin(client: DynamoDBClient, place: Committing, clock: Clock, attempt: Attempt) {
  const request = {
    TableName: place.table,
    Item: {
      ...place.eventKey(attempt),
      state: text('begun'),
      by: text(attempt.by),
      until: number(attempt.until),
      expiresAt: place.expiresAt(),
    },
    ConditionExpression:
      'attribute_not_exists(PK) OR expiresAt < :seconds OR (#state = :begun AND (#until <= :now OR #by = :by))',
    ExpressionAttributeNames: NAMES,
    ExpressionAttributeValues: {
      ':seconds': place.now(),
      ':now': number(clock.now()),
      ':begun': text('begun'),
      ':by': text(attempt.by),
    },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
  const stood = await held(place.table, () => client.send(new PutItemCommand(request)));
  if (stood === undefined) return 'begun';
  return stood.state?.S === 'done' ? 'done' : 'busy';
}

/** Sequences are padded, so that texts compare as integers do: a number attribute holds 38 digits, they have up to 40. */
async function enter(client: DynamoDBClient, place: Committing, clock: Clock, attempt: Attempt) {
  const sequence = padSequence(attempt.sequence);
  const request = {
    TableName: place.table,
    Key: place.itemKey(attempt),
    UpdateExpression:
      'SET #before = if_not_exists(#tried, :none), #tried = :sequence, #by = :by, #until = :until, expiresAt = :expires',
    ConditionExpression:
      '(attribute_not_exists(#by) OR #until <= :now) AND (attribute_not_exists(#tried) OR #tried <= :sequence)',
    ExpressionAttributeNames: ITEM_NAMES,
    ExpressionAttributeValues: {
      ':none': text(padSequence('0')),
      ':sequence': text(sequence),
      ':by': text(attempt.by),
      ':until': number(attempt.until),
      ':now': number(clock.now()),
      ':expires': place.expiresAt(),
    },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
  const stood = await held(place.table, () => client.send(new UpdateItemCommand(request)));
  // A call whose answer was lost comes again, and meets its own turn.
  if (stood === undefined || stood.by?.S === attempt.by) return 'entered';
  return (stood.handled?.S ?? '') > sequence ? 'stale' : 'busy';
}

async function leave(client: DynamoDBClient, place: Committing, attempt: Attempt, outcome: 'handled' | 'failed') {
  const handled = outcome === 'handled';
  await held(place.table, () =>
    client.send(
      new UpdateItemCommand({
        TableName: place.table,
        Key: place.itemKey(attempt),
        UpdateExpression: `SET ${handled ? 'handled = :sequence' : '#tried = #before'} REMOVE #by, #until, #before`,
        ConditionExpression: '#by = :by',
        ExpressionAttributeNames: {
          '#by': 'by',
          '#until': 'until',
          '#before': 'before',
          ...(!handled && { '#tried': 'tried' }),
        },
        ExpressionAttributeValues: {
          ':by': text(attempt.by),
          ...(handled && { ':sequence': text(padSequence(attempt.sequence)) }),
        },
      }),
    ),
  );
}

/** Undefined where the condition held, else the item as it stands; empty where it is not there or not told. Throws TABLE_MISSING. */
async function held(table: string, write: () => Promise<unknown>): Promise<Record<string, AttributeValue> | undefined> {
  try {
    await calling(`a write to ${table}`, write);
    return undefined;
  } catch (error) {
    // By name: the subscriber's SDK may be another copy than ours.
    const cause = (error as Error).cause as { name?: string; Item?: Record<string, AttributeValue> } | undefined;
    if (cause?.name === 'ConditionalCheckFailedException') return cause.Item ?? {};
    if (!isAfterwriteError(error, 'TABLE_MISSING')) throw error;
    throw new AfterwriteError('TABLE_MISSING', `the table '${table}' of what was seen does not exist`, {
      mend: `create it with the partition key ${SEEN_PARTITION_KEY}, a string, and the TTL attribute ${SEEN_TTL}`,
      cause: error,
    });
  }
}

const text = (value: string): AttributeValue => ({ S: value });
const number = (value: number): AttributeValue => ({ N: String(value) });

const keyOf = (name: string): Record<string, AttributeValue> => ({
  PK: text(
    Buffer.byteLength(name) <= LONGEST_KEY_BYTES ? name : `sha256#${createHash('sha256').update(name).digest('hex')}`,
  ),
});
