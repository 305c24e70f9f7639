import { type Attributes, encodeAttributes } from '../../shared/model/attribute.ts';
import { revive } from '../../shared/model/attributeJson.ts';
import { AfterwriteError } from '../../shared/model/errors.ts';
import type { System } from '../../shared/model/system.ts';
import { linesOf } from '../feed/linesOf.ts';
import { ReviewHistory } from '../feed/reviewHistory.ts';
import { parseReviewLine } from '../feed/reviewLine.ts';

type Json = Record<string, unknown>;

/**
 * The items of a sample, in the order in which they would be written. A line is an item as plain JSON; or as DynamoDB exports
 * it to S3, `{"Item":{"PK":{"S":"…"}}}`; or, of the reviewer, a line of a history as `feed` takes it. Throws FEED_LINE_BROKEN.
 */
export async function* sampleItems(system: System, file: string, limit: number | undefined): AsyncIterable<Attributes> {
  const history = new ReviewHistory();
  let number = 0;
  for await (const text of linesOf(file)) {
    if (number === limit) return;
    number++;
    if (text.trim() !== '') yield* itemsIn(system, history, text, number);
  }
}

function itemsIn(system: System, history: ReviewHistory, text: string, number: number): Attributes[] {
  const line = objectIn(text, number);
  const { partitionKey } = system.table;
  if (typeof line.Item === 'object' && line.Item !== null) return [revive(line.Item) as Attributes];
  if (partitionKey in line) return [encodeAttributes(line)];
  if (system.name !== 'reviewer' || line.review_id === undefined)
    throw broken(number, `it has no '${partitionKey}'`, 'give items with their keys, one a line');
  const { requested, finished, fixes } = history.writesOf(parseReviewLine(text, number));
  return [...requested, ...finished, ...fixes];
}

function objectIn(text: string, number: number): Json {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) return parsed as Json;
  } catch {
    // Told as any other line that is none.
  }
  throw broken(number, 'it is no JSON object', 'give NDJSON, or gzip of it');
}

const broken = (number: number, why: string, mend: string): AfterwriteError =>
  new AfterwriteError('FEED_LINE_BROKEN', `line ${number}: ${why}`, { mend });
