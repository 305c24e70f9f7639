import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Key } from '../../../shared/model/keys.ts';
import type { System } from '../../../shared/model/system.ts';
import { keyOf } from '../../../shared/stream/change.ts';
import type { StreamRecord } from '../../../shared/stream/record.ts';
import { type Touch, touchesOf } from './counters.ts';

type Image = Record<string, AttributeValue>;

/** A record of the event that Lambda hands to a function of a DynamoDB stream. */
export interface LambdaRecord {
  readonly eventID: string;
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly awsRegion: string;
  readonly dynamodb: {
    /** Epoch seconds. */
    readonly ApproximateCreationDateTime: number;
    readonly Keys: Image;
    readonly NewImage?: Image;
    readonly OldImage?: Image;
    readonly SequenceNumber: string;
  };
}

export interface LambdaEvent {
  readonly Records: LambdaRecord[];
}

/** The bench's items hold no binary, which alone has another form there (base64). */
export function toLambdaEvent(records: readonly StreamRecord[], region: string): LambdaEvent {
  return {
    Records: records.map(({ eventId, sequence, at, keys, old, new: now }) => ({
      eventID: eventId,
      eventName: now === undefined ? 'REMOVE' : old === undefined ? 'INSERT' : 'MODIFY',
      awsRegion: region,
      dynamodb: {
        ApproximateCreationDateTime: at / 1000,
        Keys: keys as Image,
        ...(now && { NewImage: now as Image }),
        ...(old && { OldImage: old as Image }),
        SequenceNumber: sequence,
      },
    })),
  };
}

/** What a function counts for a record: new items alone, as the bench writes nothing else. */
export function touchesOfRecord(system: System, { dynamodb }: LambdaRecord): Touch[] {
  if (!dynamodb.NewImage || dynamodb.OldImage) return [];
  return touchesOf(system, recordKey(system, dynamodb.Keys), unmarshall(dynamodb.NewImage));
}

const recordKey = (system: System, keys: Image): Key => keyOf(system.table, keys as StreamRecord['keys']);
