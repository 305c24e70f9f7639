import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record as SdkRecord,
} from '@aws-sdk/client-dynamodb-streams';
import type { Attributes } from '../model/attribute.ts';
import { AfterwriteError, isAfterwriteError } from '../model/errors.ts';
import type { Shard, StreamSource } from '../ports/streamSource.ts';
import { isByTtl, type StreamRecord } from '../stream/record.ts';
import { calling } from './errors.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html */
const RECORDS_A_PAGE = 1000;
/** The iterator of a shard that the stream no longer holds: read, it is at its end. */
const GONE = 'gone';

/** @param stream the stream's ARN (LatestStreamArn of its table) @param table tells the table from others of its name */
export function dynamoStreamSource(client: DynamoDBStreamsClient, stream: string, table?: string): StreamSource {
  return {
    stream,
    table,
    async shards() {
      const shards: Shard[] = [];
      let start: string | undefined;
      do {
        const answer = await calling(`DescribeStream ${stream}`, () =>
          client.send(new DescribeStreamCommand({ StreamArn: stream, ...(start && { ExclusiveStartShardId: start }) })),
        );
        for (const shard of answer.StreamDescription?.Shards ?? [])
          if (shard.ShardId) shards.push({ id: shard.ShardId, parent: shard.ParentShardId });
        start = answer.StreamDescription?.LastEvaluatedShardId;
      } while (start);
      return shards;
    },
    async open(shard, after) {
      const answer = await unlessGone(shard, after, () =>
        client.send(
          new GetShardIteratorCommand({
            StreamArn: stream,
            ShardId: shard,
            ...(after === undefined
              ? { ShardIteratorType: 'TRIM_HORIZON' }
              : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after }),
          }),
        ),
      );
      return answer?.ShardIterator ?? GONE;
    },
    async read(iterator) {
      if (iterator === GONE) return { records: [], next: undefined };
      const answer = await calling(`GetRecords of ${stream}`, () =>
        client.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: RECORDS_A_PAGE })),
      );
      return { records: (answer.Records ?? []).map(toRecord), next: answer.NextShardIterator };
    },
  };
}

/** Undefined for a shard that is not there any more, as after a day: asked for its oldest record, it has none. */
async function unlessGone<Result>(
  shard: string,
  after: string | undefined,
  call: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await calling(`GetShardIterator of ${shard}`, call);
  } catch (error) {
    if (!isAfterwriteError(error, 'TABLE_MISSING')) throw error;
    if (after === undefined) return undefined;
    throw new AfterwriteError('STREAM_TRIMMED', `${shard} is gone from the stream`, {
      mend: 'changes older than 24 hours are gone from the stream: rebuild the statistics',
      cause: error,
    });
  }
}

function toRecord(record: SdkRecord): StreamRecord {
  const { SequenceNumber, ApproximateCreationDateTime, Keys, OldImage, NewImage } = record.dynamodb ?? {};
  return {
    eventId: record.eventID ?? '',
    sequence: SequenceNumber ?? '',
    at: ApproximateCreationDateTime?.getTime() ?? 0,
    keys: (Keys ?? {}) as Attributes,
    old: OldImage as Attributes | undefined,
    new: NewImage as Attributes | undefined,
    byTtl: isByTtl(record.userIdentity?.Type, record.userIdentity?.PrincipalId),
  };
}
