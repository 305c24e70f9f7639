import * as z from 'zod';
import { receiveDocument } from '../body.ts';
import { type Operation, xmlReply } from '../service.ts';
import { document, parseXml, text } from '../xml.ts';

/** A flag that is not given is off. */
const Flag = z
  .enum(['true', 'false', 'TRUE', 'FALSE'])
  .optional()
  .transform((flag) => flag?.toLowerCase() === 'true');

const PublicAccessBlock = z.object({
  PublicAccessBlockConfiguration: z.strictObject({
    BlockPublicAcls: Flag,
    IgnorePublicAcls: Flag,
    BlockPublicPolicy: Flag,
    RestrictPublicBuckets: Flag,
  }),
});

/** Kept and given back; nobody but this machine reaches the endpoint anyway. */
export const putPublicAccessBlock: Operation = async ({ buckets }, request) => {
  const asked = parseXml(await receiveDocument(request), PublicAccessBlock);
  buckets.find(request.bucket).changeSettings({ publicAccessBlock: asked.PublicAccessBlockConfiguration });
  return { status: 200 };
};

export const getPublicAccessBlock: Operation = ({ buckets }, { bucket }) => {
  const flags = Object.entries(buckets.find(bucket).settings.publicAccessBlock);
  return xmlReply(document('PublicAccessBlockConfiguration', ...flags.map(([name, flag]) => text(name, flag))));
};
