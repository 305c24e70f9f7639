import {
  type AttributeValue,
  type DynamoDBClient,
  type TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import pRetry, { AbortError } from 'p-retry';
import { type Attempt, busy } from '../ports/seenStore.ts';
import { padSequence } from '../stream/sequence.ts';
import { nameOf } from './errors.ts';

export type TransactItem = TransactWriteItem;

/** The table of a subscriber's marks: where each one lies, and the time in epoch seconds. */
export interface Committing {
  readonly table: string;
  eventKey(attempt: Attempt): Record<string, AttributeValue>;
  itemKey(attempt: Attempt): Record<string, AttributeValue>;
  expiresAt(): AttributeValue;
  now(): AttributeValue;
}

/** Of two transactions on one item the second is cancelled: it comes again soon. */
const RETRY = { retries: 5, minTimeout: 20, maxTimeout: 500, randomize: true };

/** The marks as items of a transaction: it fails where the event is done, or the item's turn was lost. */
export function transactItems(place: Committing, attempt: Attempt): TransactItem[] {
  const event: TransactItem = {
    Put: {
      TableName: place.table,
      Item: {
        ...place.eventKey(attempt),
        state: { S: 'done' },
        by: { S: attempt.by },
        expiresAt: place.expiresAt(),
      },
      ConditionExpression: 'attribute_not_exists(PK) OR #state = :begun OR expiresAt < :seconds',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':begun': { S: 'begun' }, ':seconds': place.now() },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  };
  return attempt.ordered ? [event, turn(place, attempt)] : [event];
}

const turn = (place: Committing, attempt: Attempt): TransactItem => ({
  Update: {
    TableName: place.table,
    Key: place.itemKey(attempt),
    UpdateExpression: 'SET handled = :sequence REMOVE #by, #until, #before',
    ConditionExpression: '#by = :by',
    ExpressionAttributeNames: { '#by': 'by', '#until': 'until', '#before': 'before' },
    ExpressionAttributeValues: { ':by': { S: attempt.by }, ':sequence': { S: padSequence(attempt.sequence) } },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  },
});

export const isAlreadyDone = (place: Committing, error: unknown, attempt: Attempt): boolean =>
  reasonsOf(error).some(
    ({ Code, Item }) =>
      Code === 'ConditionalCheckFailed' && Item?.state?.S === 'done' && Item.PK?.S === place.eventKey(attempt).PK?.S,
  );

/** The effect's items come first, so that the reasons of a cancelled transaction are in their order. */
export async function commit(
  client: DynamoDBClient,
  place: Committing,
  attempt: Attempt,
  items: readonly TransactItem[],
): Promise<'written' | 'already'> {
  const marks = transactItems(place, attempt);
  const write = async (): Promise<'written' | 'already'> => {
    try {
      await client.send(new TransactWriteItemsCommand({ TransactItems: [...items, ...marks] }));
      return 'written';
    } catch (error) {
      if (isAlreadyDone(place, error, attempt)) return 'already';
      if (isConflict(error)) throw error;
      throw new AbortError(isTurnLost(error, items.length + 1) ? busy(attempt, 'its turn was lost') : (error as Error));
    }
  };
  return pRetry(write, RETRY);
}

/** By name: the subscriber's SDK may be another copy than ours. */
const reasonsOf = (error: unknown): NonNullable<TransactionCanceledException['CancellationReasons']> =>
  nameOf(error) === 'TransactionCanceledException'
    ? ((error as TransactionCanceledException).CancellationReasons ?? [])
    : [];

const isTurnLost = (error: unknown, at: number): boolean => reasonsOf(error)[at]?.Code === 'ConditionalCheckFailed';

const isConflict = (error: unknown): boolean => {
  const codes = reasonsOf(error).map(({ Code }) => Code ?? 'None');
  return codes.includes('TransactionConflict') && codes.every((code) => /^(None|TransactionConflict)$/.test(code));
};
