import * as z from 'zod';
import { receiveDocument } from '../body.ts';
import { header } from '../request.ts';
import type { Operation } from '../service.ts';
import { xmlReply } from '../service.ts';
import { document, element, parseXml, text } from '../xml.ts';

const CreateBucketConfiguration = z.object({
  CreateBucketConfiguration: z.union([z.literal(''), z.strictObject({ LocationConstraint: z.string().optional() })]),
});

export const createBucket: Operation = async ({ buckets, clock, region }, request) => {
  const body = await receiveDocument(request);
  const asked = body.length === 0 ? '' : parseXml(body, CreateBucketConfiguration).CreateBucketConfiguration;
  const withLock = header(request.headers, 'x-amz-bucket-object-lock-enabled')?.toLowerCase() === 'true';
  buckets.create(
    request.bucket,
    (asked === '' ? undefined : asked.LocationConstraint) ?? region,
    clock.now(),
    withLock,
  );
  return { status: 200, headers: { location: `/${request.bucket}` } };
};

export const headBucket: Operation = ({ buckets }, { bucket }) => ({
  status: 200,
  headers: { 'x-amz-bucket-region': buckets.find(bucket).settings.region },
});

export const listBuckets: Operation = ({ buckets }) => {
  const entries = Array.from(buckets.all(), ({ name, settings }) =>
    element('Bucket', text('Name', name), text('CreationDate', new Date(settings.createdAt).toISOString())),
  );
  const owner = element('Owner', text('ID', 'local'));
  return xmlReply(document('ListAllMyBucketsResult', owner, element('Buckets', ...entries)));
};
