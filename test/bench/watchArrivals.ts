import type { PutEventsCommandInput, PutEventsCommandOutput } from '@aws-sdk/client-eventbridge';
import type { Workplace } from '../../infra/pipeline/workplace.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import type { WriteInput } from './requests.ts';
import { type Answer, type Batch, statementWrites } from './statementWrites.ts';

/** When the consequences of write number i were acknowledged; undefined: not yet. */
export interface Seen {
  readonly reviews: readonly (number | undefined)[];
  readonly stacks: readonly (number | undefined)[];
  readonly events: readonly (number | undefined)[];
}

/** Write number i is of this stack. */
export const stackOf = (i: number): string => `stack-${i % STACKS}`;
export const reviewOf = (i: number): string => `r${i}`;

const STACKS = 50;

/**
 * Watches the answers to the pipeline's own calls: it costs the pipeline next to nothing, asks the store for nothing, and
 * an acknowledged write is what a consistent read sees.
 */
export function watchArrivals({ clients, names }: Workplace): () => Seen {
  const seen = { reviews: [] as number[], stacks: [] as number[], events: [] as number[] };
  clients.dynamodb.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const answer = await next(args);
        for (const { TableName, Item } of writtenBy(`${commandName}`, args.input, answer.output))
          if (TableName === names.table && Item) noteStatistic(seen, Item);
        return answer;
      },
    { step: 'initialize', name: 'watchStatistics' },
  );
  clients.events.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const answer = await next(args);
        const { FailedEntryCount } = answer.output as PutEventsCommandOutput;
        if (commandName === 'PutEventsCommand' && FailedEntryCount === 0)
          noteEvents(seen, args.input as PutEventsCommandInput);
        return answer;
      },
    { step: 'initialize', name: 'watchEvents' },
  );
  return () => seen;
}

function writtenBy(command: string, input: unknown, output: unknown): WriteInput[] {
  if (command === 'PutItemCommand') return [input as WriteInput];
  if (command !== 'BatchExecuteStatementCommand') return [];
  return statementWrites(input as Batch, output as Answer).flatMap((sent) => (sent.refused ? [] : [sent.input]));
}

interface Noted {
  readonly reviews: number[];
  readonly stacks: number[];
  readonly events: number[];
}

/** A stack's k-th write is in its statistic once that counts k reviews: the pipeline takes writes in order. */
function noteStatistic(seen: Noted, item: Attributes): void {
  const [pk, sk] = [textOf(item, 'PK'), textOf(item, 'SK')];
  if (sk !== 'STATS') return;
  const now = performance.now();
  if (pk.startsWith('REVIEW#')) seen.reviews[numberIn(pk)] ??= now;
  if (!pk.startsWith('STACK#')) return;
  const counted = item.reviews && 'N' in item.reviews ? Number(item.reviews.N) : 0;
  for (let k = counted - 1; k >= 0; k--) {
    const i = numberIn(pk) + k * STACKS;
    if (seen.stacks[i] !== undefined) break;
    seen.stacks[i] = now;
  }
}

function noteEvents(seen: Noted, { Entries = [] }: PutEventsCommandInput): void {
  const now = performance.now();
  for (const { DetailType, Detail = '{}' } of Entries)
    if (DetailType === 'ReviewRequested') seen.events[numberIn(JSON.parse(Detail).data.reviewId)] ??= now;
}

const textOf = (item: Attributes, name: string): string => {
  const attribute = item[name];
  return attribute && 'S' in attribute ? attribute.S : '';
};

const numberIn = (text: string): number => Number(/\d+$/.exec(text)?.[0]);
