import { S3Error } from './errors.ts';
import type { ObjectTag } from './objectRecord.ts';

/** S3 User Guide, "Categorizing your objects using tags": a count, and lengths in characters. */
const MOST_TAGS = 10;
const LONGEST_TAG_KEY = 128;
const LONGEST_TAG_VALUE = 256;

export function checkTags(tags: ObjectTag[]): ObjectTag[] {
  if (tags.length > MOST_TAGS) throw new S3Error('BadRequest', `Object tags cannot be greater than ${MOST_TAGS}`);
  for (const { key, value } of tags) {
    if (key === '' || key.length > LONGEST_TAG_KEY || value.length > LONGEST_TAG_VALUE) throw new S3Error('InvalidTag');
  }
  if (new Set(tags.map(({ key }) => key)).size < tags.length) {
    throw new S3Error('InvalidTag', 'Cannot provide multiple Tags with the same key');
  }
  return tags;
}

/** The `x-amz-tagging` header: `a=1&b=2`, URL-encoded. */
export const parseTagHeader = (value: string | undefined): ObjectTag[] =>
  checkTags([...new URLSearchParams(value ?? '')].map(([key, value]) => ({ key, value })));
