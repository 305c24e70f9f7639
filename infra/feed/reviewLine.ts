import * as z from 'zod';
import { AfterwriteError } from '../../shared/model/errors.ts';

const FeedFinding = z.looseObject({
  hash: z.string(),
  severity: z.string().optional(),
  category: z.string().optional(),
});

/**
 * One line of a feed file (DATA.md): one review and what it fixed. Only what the history of fixes needs is checked here;
 * a score or a stack that is wrong is written as it is, for the pipeline to name and to park.
 */
const ReviewLine = z.looseObject({
  review_id: z.string().min(1),
  findings: z.array(FeedFinding).optional(),
  fixed_issue_hashes: z.array(z.string()).optional(),
});
export type ReviewLine = z.infer<typeof ReviewLine>;

/** Throws FEED_LINE_BROKEN with the line's number and the reason. */
export function parseReviewLine(text: string, number: number): ReviewLine {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw broken(number, 'it is no JSON');
  }
  const parsed = ReviewLine.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw broken(number, `${issue?.path.join('.') || 'the line'}: ${issue?.message}`);
}

const broken = (number: number, why: string): AfterwriteError =>
  new AfterwriteError('FEED_LINE_BROKEN', `line ${number}: ${why}`, {
    mend: 'correct the line and feed the file again: what is in the table stays as it is',
  });
