import * as z from 'zod';
import { receiveDocument } from '../body.ts';
import { S3Error } from '../errors.ts';
import { versionIdOf } from '../hiddenVersions.ts';
import { type Operation, xmlReply } from '../service.ts';
import { document, element, parseXml, text } from '../xml.ts';

/** Of the retention, days alone: years are not done here. */
const ObjectLockConfiguration = z.object({
  ObjectLockConfiguration: z.strictObject({
    ObjectLockEnabled: z.literal('Enabled'),
    Rule: z
      .tuple([
        z.strictObject({
          DefaultRetention: z.strictObject({
            Mode: z.enum(['GOVERNANCE', 'COMPLIANCE']),
            Days: z
              .string()
              .regex(/^[1-9]\d{0,4}$/)
              .transform(Number),
          }),
        }),
      ])
      .optional(),
  }),
});

export const putObjectLock: Operation = async ({ buckets }, request) => {
  const asked = parseXml(await receiveDocument(request), ObjectLockConfiguration).ObjectLockConfiguration;
  const bucket = buckets.find(request.bucket);
  if (bucket.settings.versioning === undefined)
    throw new S3Error('InvalidBucketState', 'Versioning must be Enabled on the bucket to apply Object Lock.');
  const retention = asked.Rule?.[0].DefaultRetention;
  bucket.changeSettings({ lock: retention ? { mode: retention.Mode, days: retention.Days } : {} });
  return { status: 200 };
};

export const getObjectLock: Operation = ({ buckets }, { bucket }) => {
  const { lock } = buckets.find(bucket).settings;
  if (lock === undefined) throw new S3Error('ObjectLockConfigurationNotFoundError', undefined, { BucketName: bucket });
  const { mode, days } = lock;
  const rule =
    mode === undefined || days === undefined
      ? ''
      : element('Rule', element('DefaultRetention', text('Mode', mode), text('Days', days)));
  return xmlReply(document('ObjectLockConfiguration', text('ObjectLockEnabled', 'Enabled'), rule));
};

export const getRetention: Operation = ({ buckets }, request) => {
  const bucket = buckets.find(request.bucket);
  if (bucket.settings.lock === undefined)
    throw new S3Error('InvalidRequest', 'Bucket is missing Object Lock Configuration');
  const id = request.query.get('versionId') ?? versionIdOf(bucket.find(request.key));
  const record = bucket.version(request.key, id);
  if (record === undefined) throw new S3Error('NoSuchVersion', undefined, { Key: request.key, VersionId: id });
  if (record.retention === undefined) throw new S3Error('NoSuchObjectLockConfiguration');
  const { mode, until } = record.retention;
  const content = [text('Mode', mode), text('RetainUntilDate', new Date(until).toISOString())];
  return xmlReply(document('Retention', ...content));
};
