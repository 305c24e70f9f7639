import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { subscribe } from '../../events/subscriber/subscribe.ts';
import { reviewer } from '../../shared/systems/reviewer.ts';

/** What a subscriber of the demo has done. */
export interface Subscribed {
  readonly file: string;
  readonly reviewFailures: number;
}

/**
 * An example of a subscriber: a line a failed review, in a file that starts empty. `delivered` is what the bus has handed to its
 * log group, event by event, as a rule's target gets it; other events than this one are ignored.
 */
export async function writeReviewFailures(
  file: string,
  delivered: readonly string[] | undefined,
): Promise<Subscribed | undefined> {
  if (delivered === undefined) return undefined;
  let reviewFailures = 0;
  const subscriber = subscribe(reviewer, {
    ReviewFailed: async ({ data }) => {
      await appendFile(
        file,
        `${data.failedAt}  ${data.stackId}  ${data.reviewId}  ${data.error ?? 'no reason given'}\n`,
      );
      reviewFailures++;
    },
  });
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, '');
  for (const line of delivered) await subscriber(JSON.parse(line));
  return { file, reviewFailures };
}
