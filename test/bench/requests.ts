import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Attributes } from '../../shared/model/attribute.ts';
import { type Answer, type Batch, statementWrites } from './statementWrites.ts';

/** The parts of a write's request that say what it costs. */
export interface WriteInput {
  readonly TableName?: string;
  readonly Item?: Attributes;
  readonly Key?: Attributes;
  readonly UpdateExpression?: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Attributes;
}

/** One attempt of one write, as it went over the wire. */
export interface SentWrite {
  readonly operation: 'PutItem' | 'UpdateItem';
  readonly input: WriteInput;
  /** Refused by its condition, which costs as much. */
  readonly refused: boolean;
}

const COUNTED = ['PutItem', 'UpdateItem'] as const;
/** Reads, and what only the set-up does. Anything else would be a write that goes uncounted. */
const FREE = new Set(['GetItem', 'BatchGetItem', 'Query', 'CreateTable', 'DescribeTable']);

export interface Noted {
  readonly sent: readonly SentWrite[];
  stop(): void;
}

const NAME = 'noteWrites';
const BATCH = 'BatchExecuteStatement';

/** Notes every write of a client, each attempt by itself. Throws on a write that it could not price. */
export function noteWrites(client: DynamoDBClient): Noted {
  const sent: SentWrite[] = [];
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const name = String(commandName).replace(/Command$/, '');
        const operation = COUNTED.find((counted) => counted === name);
        if (!operation && name !== BATCH && !FREE.has(name))
          throw new Error(`the bench does not know what ${name} costs`);
        const note = (refused: boolean): void => {
          if (operation) sent.push({ operation, input: args.input as WriteInput, refused });
        };
        try {
          const answer = await next(args);
          note(false);
          if (name === BATCH) sent.push(...statementWrites(args.input as Batch, answer.output as Answer));
          return answer;
        } catch (error) {
          note((error as Error).name === 'ConditionalCheckFailedException');
          throw error;
        }
      },
    // Behind the SDK's retries, so that it sees every attempt.
    { step: 'finalizeRequest', priority: 'low', name: NAME },
  );
  return { sent, stop: () => void client.middlewareStack.remove(NAME) };
}
