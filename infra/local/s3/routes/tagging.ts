import * as z from 'zod';
import { receiveDocument } from '../body.ts';
import { type Operation, xmlReply } from '../service.ts';
import { checkTags } from '../tags.ts';
import { document, element, parseXml, text } from '../xml.ts';

const Tagging = z.object({
  Tagging: z.strictObject({
    TagSet: z.union([
      z.literal('').transform(() => ({ Tag: [] })),
      z.strictObject({ Tag: z.array(z.strictObject({ Key: z.string(), Value: z.string() })) }),
    ]),
  }),
});

export const putObjectTagging: Operation = async ({ buckets }, request) => {
  const { TagSet } = parseXml(await receiveDocument(request), Tagging).Tagging;
  const tags = checkTags(TagSet.Tag.map(({ Key, Value }) => ({ key: Key, value: Value })));
  const bucket = buckets.find(request.bucket);
  bucket.replace({ ...bucket.find(request.key), tags });
  return { status: 200 };
};

export const getObjectTagging: Operation = ({ buckets }, { bucket, key }) => {
  const { tags } = buckets.find(bucket).find(key);
  const entries = tags.map((tag) => element('Tag', text('Key', tag.key), text('Value', tag.value)));
  return xmlReply(document('Tagging', element('TagSet', ...entries)));
};
