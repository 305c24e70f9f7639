import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Subscriber, subscribe } from '../../events/subscriber/subscribe.ts';
import { reviewer } from '../../shared/systems/reviewer.ts';

/** What a subscriber of the demo has done. */
export interface Subscribed {
  readonly file: string;
  readonly reviewFailures: number;
}

/** The name of its function and its rule. */
export const FAILURES = 'review-failures';
export const FAILURES_PATTERN = { source: ['afterwrite.reviewer'], 'detail-type': ['ReviewFailed'] };

/** An example of a subscriber: a line a failed review, in a file that starts empty. */
export async function writeReviewFailures(file: string): Promise<{ handler: Subscriber; done(): Subscribed }> {
  let reviewFailures = 0;
  const handler = subscribe(reviewer, {
    ReviewFailed: async ({ data }) => {
      const reason = data.error ?? 'no reason given';
      await appendFile(file, `${data.failedAt}  ${data.stackId}  ${data.reviewId}  ${reason}\n`);
      reviewFailures++;
    },
  });
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, '');
  return { handler, done: () => ({ file, reviewFailures }) };
}
