import type { Stack } from '../../infra/local/stack.ts';
import { decideEffects, groupByAggregate } from '../../processors/statistics/plan.ts';
import { provisionStateTable, provisionTable } from '../../shared/aws/provisionTables.ts';
import { dynamoTableStore } from '../../shared/aws/tableStore.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import { namesOf } from '../../shared/model/names.ts';
import type { System } from '../../shared/model/system.ts';
import { decodeChange } from '../../shared/stream/change.ts';
import type { StreamRecord } from '../../shared/stream/record.ts';
import { settle } from '../../shared/stream/settle.ts';
import { patientClients, REGION } from './benchStage.ts';
import type { Figure } from './figure.ts';
import { noteWrites } from './requests.ts';
import { inBatches, seconds } from './timing.ts';
import { afterwrite } from './ways/afterwrite.ts';
import { awsLambdaStream } from './ways/awsLambdaStream.ts';
import { naive } from './ways/naive.ts';
import { powertools } from './ways/powertools.ts';
import { checkSameNumbers, ownNumbers, plainNumbers } from './ways/sameNumbers.ts';
import type { Way } from './ways/way.ts';
import { type WriteUnits, writeUnits } from './writeUnits.ts';

/** Records and the statistics to keep of them. */
export interface RecordSet {
  readonly name: string;
  readonly system: System;
  readonly records: readonly StreamRecord[];
  /** Powertools' records a second, times this, are asked. */
  readonly asked: number;
}

/** As FACTS has it, and as Lambda gives at most 10,000. */
const BATCH = 1_000;
const SHARD = 'shardId-00000001';
const PLAIN: readonly Way[] = [
  naive('naive, one at a time', 1),
  naive('naive, 16 at a time', 16),
  powertools,
  awsLambdaStream,
];

interface Outcome {
  readonly way: string;
  readonly rate: number;
  readonly units: WriteUnits;
  readonly items: readonly Attributes[];
}

/** The same records into the same aggregates, way by way, each in fresh tables; all must end with the same numbers. */
export async function compareWays(stack: Stack, round: string, set: RecordSet): Promise<Figure[]> {
  const own = await runWay(stack, round, set, afterwrite);
  const expected = ownNumbers(set.system, own.items);
  const others: Outcome[] = [];
  for (const way of PLAIN) {
    const outcome = await runWay(stack, round, set, way);
    checkSameNumbers(way.name, plainNumbers(set.system, outcome.items), expected);
    others.push(outcome);
  }
  return [...speedFigures(set, own, others), ...costFigures(set, own, others)];
}

async function runWay(stack: Stack, round: string, set: RecordSet, way: Way): Promise<Outcome> {
  const { system, records } = set;
  const names = namesOf(system, `${system.name}-${round}-${way.name.replaceAll(/\W+/g, '-')}`);
  const setUp = patientClients(stack);
  const clients = patientClients(stack);
  try {
    await provisionTable(setUp.dynamodb, names.table, system.table);
    await provisionStateTable(setUp.dynamodb, names.stateTable);
    const sent = noteWrites(clients.dynamodb);
    const place = { system, clients, region: REGION, endpoint: stack.endpoints.dynamodb ?? '', ...names, ...STREAM };
    const run = await way.prepare(place, inBatches(records, BATCH));
    const took = await seconds(run);
    const items: Attributes[] = [];
    for await (const item of dynamoTableStore(setUp.dynamodb, names.table, system.table).scan()) items.push(item);
    const units = writeUnits(sent, names.table, system.table);
    return { way: way.name, rate: records.length / took, units, items };
  } finally {
    setUp.close();
    clients.close();
  }
}

const STREAM = { stream: 'bench', shard: SHARD };

const speedFigures = ({ name, asked }: RecordSet, own: Outcome, others: readonly Outcome[]): Figure[] =>
  others.map(({ way, rate }) => ({
    name: `statistics, ${name}`,
    unit: 'records/s',
    rate: own.rate,
    beside: { what: way, rate },
    ...(way === powertools.name && { asked: `≥ ${asked}` }),
  }));

function costFigures({ name, system, records }: RecordSet, own: Outcome, others: readonly Outcome[]): Figure[] {
  const each = (units: number): number => units / records.length;
  const figure = (what: string, own: number, rival: string, rate: number, asked?: string): Figure => ({
    name: `${what}, ${name}`,
    unit: 'a record',
    rate: each(own),
    beside: { what: rival, rate: each(rate) },
    ...(asked !== undefined && { asked }),
  });
  // The client of aws-lambda-stream is out of reach; its requests are those of the naive way.
  const seen = others.filter(({ units }) => units.requests > 0);
  return [
    figure('write units', own.units.requests, 'M/N', aggregatesTouched(system, records), '0.9 – 1.1'),
    ...seen.map(({ way, units }) => figure('write units', own.units.requests, way, units.requests)),
    ...seen.map(({ way, units }) => figure('units over 1 KB', own.units.overOneKb, way, units.overOneKb)),
    ...seen.map(({ way, units }) => figure('units of indexes', own.units.indexes, way, units.indexes)),
  ];
}

/** M, over all batches: how many aggregates each of them touches. */
function aggregatesTouched(system: System, records: readonly StreamRecord[]): number {
  const touched = inBatches(records, BATCH).map((batch) => {
    const changes = batch.map((record) => decodeChange(system, record, STREAM.stream, SHARD));
    return groupByAggregate(settle(changes, new Map(), (change) => decideEffects(system, change)).decided).length;
  });
  return touched.reduce((sum, n) => sum + n, 0);
}
