// Not its index, which loads a client of every service that it can write to.
import { materialize } from 'aws-lambda-stream/flavors/materialize';
import { fromDynamodb } from 'aws-lambda-stream/from/dynamodb';
import { initialize, initializeFrom } from 'aws-lambda-stream/pipelines';
import { toPromise } from 'aws-lambda-stream/utils/handler';
import type { System } from '../../../shared/model/system.ts';
import { CREDENTIALS } from '../benchStage.ts';
import { type Touch, updateOf } from './counters.ts';
import { type LambdaRecord, toLambdaEvent, touchesOfRecord } from './lambdaEvent.ts';
import type { Way, WayPlace } from './way.ts';

/** Its own second is short for a store that shares two cores with everything else. */
const TIMEOUT_MS = 600_000;
/** As many in flight as afterwrite has; its own default is 4. */
const PARALLEL = 16;

interface UnitOfWork {
  readonly record: LambdaRecord;
  readonly touch: Touch;
}

/**
 * Its documented pipeline for views and counters: from a DynamoDB stream, split by what a record touches, an update each.
 * https://github.com/jgilbert01/aws-lambda-stream
 */
export const awsLambdaStream: Way = {
  name: 'aws-lambda-stream, materialize',
  async prepare(place, batches) {
    pointClientAt(place);
    const events = batches.map((batch) => toLambdaEvent(batch, place.region));
    const { partitionKey, sortKey = '' } = place.system.table;
    const pipelines = initializeFrom([counterRule(place)]);
    return async () => {
      for (const event of events)
        await initialize(pipelines)
          .assemble(fromDynamodb(event, { pkFn: partitionKey, skFn: sortKey }), false)
          .through(toPromise);
    };
  },
};

const counterRule = ({ system, table }: WayPlace) => ({
  id: 'counters',
  flavor: materialize,
  eventType: /-created$/,
  splitOn: (uow: UnitOfWork) => touchesOfRecord(system, uow.record).map((touch) => ({ ...uow, touch })),
  toUpdateRequest: ({ touch }: UnitOfWork) => documentUpdate(table, system, touch),
  tableName: table,
  timeout: TIMEOUT_MS,
  parallel: PARALLEL,
});

/** Its client marshalls by itself: it is given plain values. */
function documentUpdate(table: string, system: System, touch: Touch) {
  const update = updateOf(table, system, touch);
  const plain = Object.entries(touch.counters).map(([, n], i) => [`:c${i}`, n]);
  const { partitionKey, sortKey } = system.table;
  return {
    ...update,
    Key: { [partitionKey]: touch.key.pk, ...(sortKey !== undefined && { [sortKey]: touch.key.sk }) },
    ExpressionAttributeValues: Object.fromEntries(plain),
  };
}

/**
 * It makes its own client, which can only be told by the environment where to go. It leaves out the events of its own
 * project, and what names no source as well where no project is named.
 */
function pointClientAt({ endpoint, region }: WayPlace): void {
  process.env.AWS_ENDPOINT_URL_DYNAMODB = endpoint;
  process.env.PROJECT = 'bench';
  process.env.AWS_REGION = region;
  process.env.AWS_ACCESS_KEY_ID = CREDENTIALS.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = CREDENTIALS.secretAccessKey;
}
