import * as z from 'zod';
import { hasDigest, receiveDocument } from '../body.ts';
import { S3Error } from '../errors.ts';
import { type Operation, xmlReply } from '../service.ts';
import { document, element, parseXml, text } from '../xml.ts';

/** API reference of DeleteObjects: the most keys of one request. */
const MOST_KEYS = 1000;

/** Versions and conditions a key are not taken: a stricter object refuses them. */
const DeleteRequest = z.object({
  Delete: z.strictObject({
    Quiet: z.enum(['true', 'false']).optional(),
    Object: z.array(z.strictObject({ Key: z.string().min(1) })).max(MOST_KEYS),
  }),
});

export const deleteObjects: Operation = async ({ buckets, clock }, request) => {
  const bucket = buckets.find(request.bucket);
  if (!hasDigest(request.headers)) {
    throw new S3Error('InvalidRequest', 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*');
  }
  const { Delete: asked } = parseXml(await receiveDocument(request), DeleteRequest);
  for (const { Key } of asked.Object) bucket.delete(Key, clock.now());
  const deleted = asked.Quiet === 'true' ? [] : asked.Object;
  return xmlReply(document('DeleteResult', ...deleted.map(({ Key }) => element('Deleted', text('Key', Key)))));
};
