import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record as SdkRecord,
} from '@aws-sdk/client-dynamodb-streams';
import type { Attributes } from '../model/attribute.ts';
import type { Shard, StreamSource } from '../ports/streamSource.ts';
import type { StreamRecord } from '../stream/record.ts';
import { calling } from './errors.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html */
const RECORDS_A_PAGE = 1000;
const TTL_PRINCIPAL = 'dynamodb.amazonaws.com';

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
      const answer = await calling(`GetShardIterator of ${shard}`, () =>
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
      return answer.ShardIterator ?? '';
    },
    async read(iterator) {
      const answer = await calling(`GetRecords of ${stream}`, () =>
        client.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: RECORDS_A_PAGE })),
      );
      return { records: (answer.Records ?? []).map(toRecord), next: answer.NextShardIterator };
    },
  };
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
    byTtl: record.userIdentity?.Type === 'Service' && record.userIdentity.PrincipalId === TTL_PRINCIPAL,
  };
}
