import { type DynamoDBClient, paginateScan, ScanCommand, type ScanCommandInput } from '@aws-sdk/client-dynamodb';
import type { Attributes } from '../model/attribute.ts';
import { calling } from './errors.ts';

const SEGMENTS = 4;

/** Reads segments side by side and gives their pages as they come. */
export async function* scan(
  client: DynamoDBClient,
  name: string,
  request: Partial<ScanCommandInput>,
): AsyncIterable<Attributes> {
  const segment = (Segment: number) =>
    paginateScan({ client }, { ...request, TableName: name, Segment, TotalSegments: SEGMENTS })[Symbol.asyncIterator]();
  const open = new Map(Array.from({ length: SEGMENTS }, (_, i) => [i, segment(i)]));
  const next = (i: number) => calling(`Scan of ${name}`, async () => ({ i, page: await open.get(i)?.next() }));
  const waiting = new Map([...open.keys()].map((i) => [i, next(i)]));
  while (waiting.size > 0) {
    const { i, page } = await Promise.race(waiting.values());
    if (!page || page.done) waiting.delete(i);
    else {
      waiting.set(i, next(i));
      yield* (page.value.Items ?? []) as Attributes[];
    }
  }
}

/** One segment: its pages have an order, so that a place in it can be come back to. */
export async function* pagesBehind(
  client: DynamoDBClient,
  name: string,
  after: Attributes | undefined,
): AsyncIterable<readonly Attributes[]> {
  let start = after;
  do {
    const request = { TableName: name, ConsistentRead: true, ...(start && { ExclusiveStartKey: start as never }) };
    const answer = await calling(`Scan of ${name}`, () => client.send(new ScanCommand(request)));
    if (answer.Items && answer.Items.length > 0) yield answer.Items as Attributes[];
    start = answer.LastEvaluatedKey as Attributes | undefined;
  } while (start);
}

export async function* pages(
  what: string,
  paginate: () => AsyncIterable<{ Items?: unknown[] | undefined }>,
): AsyncIterable<Attributes> {
  const iterator = paginate()[Symbol.asyncIterator]();
  for (;;) {
    const page = await calling(what, () => iterator.next());
    if (page.done) return;
    yield* (page.value.Items ?? []) as Attributes[];
  }
}
