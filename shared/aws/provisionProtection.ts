import {
  GetBucketEncryptionCommand,
  GetObjectLockConfigurationCommand,
  PutBucketEncryptionCommand,
  PutBucketVersioningCommand,
  PutObjectLockConfigurationCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { ArchiveRules, LockRule } from '../model/storageRules.ts';
import { calling, nameOf } from './errors.ts';

/** What was declared to protect the bucket, with whether it had to be put. What is not declared stays as it is. */
export async function provisionProtection(
  client: S3Client,
  bucket: string,
  { encryption, lock }: Pick<ArchiveRules, 'encryption' | 'lock'>,
): Promise<{ what: string; name: string; made: boolean }[]> {
  const made = [];
  if (encryption)
    made.push({ what: 'encryption', name: bucket, made: await encrypt(client, bucket, encryption.kmsKeyId) });
  if (lock) made.push({ what: 'object lock', name: bucket, made: await lockObjects(client, bucket, lock) });
  return made;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html */
async function encrypt(client: S3Client, bucket: string, kmsKeyId: string): Promise<boolean> {
  const { ServerSideEncryptionConfiguration: there } = await calling(`GetBucketEncryption ${bucket}`, () =>
    client.send(new GetBucketEncryptionCommand({ Bucket: bucket })),
  );
  const rule = there?.Rules?.[0]?.ApplyServerSideEncryptionByDefault;
  if (rule?.SSEAlgorithm === 'aws:kms' && rule.KMSMasterKeyID === kmsKeyId) return false;
  const byDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: kmsKeyId } as const;
  const rules = [{ ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled: true }];
  const request = { Bucket: bucket, ServerSideEncryptionConfiguration: { Rules: rules } };
  await calling(`PutBucketEncryption ${bucket}`, () => client.send(new PutBucketEncryptionCommand(request)));
  return true;
}

/**
 * What was written before it is locked by nothing. A bucket that was made without locks gets versions first: neither can be
 * taken back. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLockConfiguration.html
 */
async function lockObjects(client: S3Client, bucket: string, { mode, days }: LockRule): Promise<boolean> {
  const there = await lockRuleOf(client, bucket);
  if (there !== 'none' && there.mode === mode && there.days === days) return false;
  if (there === 'none')
    await calling(`PutBucketVersioning ${bucket}`, () =>
      client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } })),
    );
  const rule = { DefaultRetention: { Mode: mode, Days: days } };
  const request = { Bucket: bucket, ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: rule } } as const;
  await calling(`PutObjectLockConfiguration ${bucket}`, () =>
    client.send(new PutObjectLockConfigurationCommand(request)),
  );
  return true;
}

async function lockRuleOf(client: S3Client, bucket: string): Promise<'none' | Partial<LockRule>> {
  try {
    const { ObjectLockConfiguration: there } = await calling(`GetObjectLockConfiguration ${bucket}`, () =>
      client.send(new GetObjectLockConfigurationCommand({ Bucket: bucket })),
    );
    const { Mode: mode, Days: days } = there?.Rule?.DefaultRetention ?? {};
    return { ...(mode && { mode }), ...(days !== undefined && { days }) };
  } catch (error) {
    if (nameOf((error as Error).cause) === 'ObjectLockConfigurationNotFoundError') return 'none';
    throw error;
  }
}
