import {
  DeleteBucketLifecycleCommand,
  GetBucketLifecycleConfigurationCommand,
  PutBucketLifecycleConfigurationCommand,
  type S3Client,
  type LifecycleRule as S3Rule,
} from '@aws-sdk/client-s3';
import { type LifecycleRule, RULE_PREFIX } from '../archive/lifecycle.ts';
import { calling, nameOf } from './errors.ts';

/**
 * Puts our rules on the bucket, and leaves those of others as they are. True where that changed something; false also where
 * the endpoint has no lifecycle: a stand-in keeps everything.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
 */
export async function provisionLifecycle(
  client: S3Client,
  bucket: string,
  rules: readonly LifecycleRule[],
): Promise<boolean> {
  const there = await rulesOf(client, bucket);
  if (there === undefined || fits(there, rules)) return false;
  const ours = rules.map(s3Rule);
  const all = [...there.filter((rule) => !isOurs(rule)), ...ours];
  if (all.length === 0) {
    await calling(`DeleteBucketLifecycle ${bucket}`, () =>
      client.send(new DeleteBucketLifecycleCommand({ Bucket: bucket })),
    );
    return true;
  }
  const request = { Bucket: bucket, LifecycleConfiguration: { Rules: all } };
  await calling(`PutBucketLifecycleConfiguration ${bucket}`, () =>
    client.send(new PutBucketLifecycleConfigurationCommand(request)),
  );
  return true;
}

/** Whether ours are on the bucket as they should be; true also where the endpoint has no lifecycle. */
export async function hasRules(client: S3Client, bucket: string, rules: readonly LifecycleRule[]): Promise<boolean> {
  const there = await rulesOf(client, bucket);
  return there === undefined || fits(there, rules);
}

const isOurs = ({ ID }: S3Rule): boolean => ID?.startsWith(RULE_PREFIX) === true;

const fits = (there: readonly S3Rule[], rules: readonly LifecycleRule[]): boolean =>
  fingerprint(there.filter(isOurs)) === fingerprint(rules.map(s3Rule));

/** Undefined where the endpoint does not know of lifecycles. */
async function rulesOf(client: S3Client, bucket: string): Promise<S3Rule[] | undefined> {
  try {
    const answer = await calling(`GetBucketLifecycleConfiguration ${bucket}`, () =>
      client.send(new GetBucketLifecycleConfigurationCommand({ Bucket: bucket })),
    );
    return answer.Rules ?? [];
  } catch (error) {
    const name = nameOf((error as Error).cause);
    if (name === 'NoSuchLifecycleConfiguration') return [];
    if (name === 'NotImplemented') return undefined;
    throw error;
  }
}

const s3Rule = ({ id, prefix, move, expireDays, hiddenDays }: LifecycleRule): S3Rule => ({
  ID: id,
  Status: 'Enabled',
  Filter: move ? { And: { Prefix: prefix, ObjectSizeGreaterThan: move.largerThan } } : { Prefix: prefix },
  ...(move && { Transitions: [{ Days: move.afterDays, StorageClass: move.storageClass as never }] }),
  ...(expireDays !== undefined && { Expiration: { Days: expireDays } }),
  ...(hiddenDays !== undefined && {
    NoncurrentVersionExpiration: { NoncurrentDays: hiddenDays },
    Expiration: { ExpiredObjectDeleteMarker: true },
  }),
});

/** What S3 gives back has other orders of rules and fields. */
const fingerprint = (rules: readonly S3Rule[]): string =>
  JSON.stringify(
    rules
      .map(({ ID, Status, Filter, Transitions, Expiration, NoncurrentVersionExpiration }) => [
        ID,
        Status,
        Filter?.Prefix ?? Filter?.And?.Prefix,
        Filter?.And?.ObjectSizeGreaterThan,
        Transitions?.map(({ Days, StorageClass }) => [Days, StorageClass]),
        Expiration?.Days,
        NoncurrentVersionExpiration?.NoncurrentDays,
      ])
      .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  );
