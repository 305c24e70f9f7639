import {
  CreateEventBusCommand,
  type EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { CreateBucketCommand, HeadBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import { isAfterwriteError } from '../model/errors.ts';
import { calling, nameOf } from './errors.ts';

const DEFAULT_REGION = 'us-east-1';

/** Makes the archive's bucket where it is missing. True where it was made. @param locks whether its objects can be locked */
export async function provisionBucket(
  client: S3Client,
  bucket: string,
  region: string,
  locks = false,
): Promise<boolean> {
  if (await hasBucket(client, bucket)) return false;
  const location =
    region === DEFAULT_REGION ? {} : { CreateBucketConfiguration: { LocationConstraint: region as never } };
  const request = { Bucket: bucket, ...location, ...(locks && { ObjectLockEnabledForBucket: true }) };
  await calling(`CreateBucket ${bucket}`, () => client.send(new CreateBucketCommand(request)));
  return true;
}

export async function hasBucket(client: S3Client, bucket: string): Promise<boolean> {
  try {
    await calling(`HeadBucket ${bucket}`, () => client.send(new HeadBucketCommand({ Bucket: bucket })));
    return true;
  } catch (error) {
    if (['NotFound', 'NoSuchBucket'].includes(nameOf((error as Error).cause))) return false;
    throw error;
  }
}

/** Makes a bus where it is missing. True where it was made. */
export async function provisionBus(client: EventBridgeClient, bus: string): Promise<boolean> {
  try {
    await calling(`CreateEventBus ${bus}`, () => client.send(new CreateEventBusCommand({ Name: bus })));
    return true;
  } catch (error) {
    if (nameOf((error as Error).cause) === 'ResourceAlreadyExistsException') return false;
    throw error;
  }
}

/**
 * A rule that writes every event of a source to a CloudWatch log group: what was delivered can be read afterwards. False
 * where the bus takes no such target (another account's, or a stand-in without rules): nothing else needs it.
 */
export async function provisionLogRule(
  client: EventBridgeClient,
  bus: string,
  source: string,
  logGroup: string,
  region: string,
): Promise<boolean> {
  const target = { Id: 'log', Arn: `arn:aws:logs:${region}:000000000000:log-group:${logGroup}` };
  try {
    return await provisionRule(client, bus, 'afterwrite-log', { source: [source] }, target);
  } catch (error) {
    if (!isAfterwriteError(error) || error.retry) throw error;
    return false;
  }
}

/** A rule that hands what matches to a Lambda function, by the whole event. False where the bus does not take the target. */
export const provisionFunctionRule = (
  client: EventBridgeClient,
  bus: string,
  name: string,
  pattern: object,
  region: string,
): Promise<boolean> =>
  provisionRule(client, bus, name, pattern, {
    Id: 'function',
    Arn: `arn:aws:lambda:${region}:000000000000:function:${name}`,
  });

async function provisionRule(
  client: EventBridgeClient,
  bus: string,
  name: string,
  pattern: object,
  target: Target,
): Promise<boolean> {
  const rule = { Name: name, EventBusName: bus, EventPattern: JSON.stringify(pattern) };
  await calling(`PutRule ${bus}`, () => client.send(new PutRuleCommand(rule)));
  const targets = { EventBusName: bus, Rule: name, Targets: [target] };
  const answer = await calling(`PutTargets ${bus}`, () => client.send(new PutTargetsCommand(targets)));
  return (answer.FailedEntryCount ?? 0) === 0;
}
