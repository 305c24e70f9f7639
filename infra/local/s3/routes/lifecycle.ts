import { z } from 'zod';
import { receiveDocument } from '../body.ts';
import { S3Error } from '../errors.ts';
import { header } from '../request.ts';
import { type Operation, xmlReply } from '../service.ts';
import { parseXml } from '../xml.ts';

/** Only what every rule must have is checked: the document is kept and given back, its rules are not carried out. */
const LifecycleConfiguration = z.object({
  LifecycleConfiguration: z.object({
    Rule: z.array(z.looseObject({ Status: z.enum(['Enabled', 'Disabled']) })).min(1),
  }),
});

const MINIMUM_SIZE = 'x-amz-transition-default-minimum-object-size';

export const putLifecycle: Operation = async ({ buckets }, request) => {
  const body = await receiveDocument(request);
  parseXml(body, LifecycleConfiguration);
  const minimumObjectSize = header(request.headers, MINIMUM_SIZE) ?? 'all_storage_classes_128K';
  buckets.find(request.bucket).changeSettings({ lifecycle: { xml: body.toString('utf8'), minimumObjectSize } });
  return { status: 200, headers: { [MINIMUM_SIZE]: minimumObjectSize } };
};

export const getLifecycle: Operation = ({ buckets }, { bucket }) => {
  const { lifecycle } = buckets.find(bucket).settings;
  if (lifecycle === undefined) throw new S3Error('NoSuchLifecycleConfiguration', undefined, { BucketName: bucket });
  const reply = xmlReply(lifecycle.xml);
  return { ...reply, headers: { ...reply.headers, [MINIMUM_SIZE]: lifecycle.minimumObjectSize } };
};
