import { receiveDocument } from '../body.ts';
import { S3Error } from '../errors.ts';
import { parseLifecycle } from '../lifecycle.ts';
import { header } from '../request.ts';
import { type Operation, xmlReply } from '../service.ts';

const MINIMUM_SIZE = 'x-amz-transition-default-minimum-object-size';
const ALL_128K = 'all_storage_classes_128K';

export const putLifecycle: Operation = async ({ buckets }, request) => {
  const body = await receiveDocument(request);
  parseLifecycle(body);
  const minimumObjectSize = header(request.headers, MINIMUM_SIZE) ?? ALL_128K;
  if (minimumObjectSize !== ALL_128K) throw new S3Error('NotImplemented', `Only ${ALL_128K} is implemented here.`);
  buckets.find(request.bucket).changeSettings({ lifecycle: { xml: body.toString('utf8'), minimumObjectSize } });
  return { status: 200, headers: { [MINIMUM_SIZE]: minimumObjectSize } };
};

export const getLifecycle: Operation = ({ buckets }, { bucket }) => {
  const { lifecycle } = buckets.find(bucket).settings;
  if (lifecycle === undefined) throw new S3Error('NoSuchLifecycleConfiguration', undefined, { BucketName: bucket });
  const reply = xmlReply(lifecycle.xml);
  return { ...reply, headers: { ...reply.headers, [MINIMUM_SIZE]: lifecycle.minimumObjectSize } };
};

export const deleteLifecycle: Operation = ({ buckets }, { bucket }) => {
  buckets.find(bucket).dropLifecycle();
  return { status: 204 };
};
