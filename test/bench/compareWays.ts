import type { Stack } from '../../infra/local/stack.ts';
import { provisionStateTable, provisionTable } from '../../shared/aws/provisionTables.ts';
import { dynamoTableStore } from '../../shared/aws/tableStore.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import { namesOf } from '../../shared/model/names.ts';
import type { System } from '../../shared/model/system.ts';
import type { StreamRecord } from '../../shared/stream/record.ts';
import { aggregatesTouched } from './aggregatesTouched.ts';
import { patientClients, REGION, withStack } from './benchStage.ts';
import type { Figure } from './figure.ts';
import { noteWrites } from './requests.ts';
import { inBatches, seconds } from './timing.ts';
import { warmStore } from './warmStore.ts';
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
const WAYS: readonly Way[] = [
  afterwrite,
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

/**
 * The same records into the same aggregates, way by way, each on a stack of its own; all must end with the same numbers.
 * Each round begins with another way.
 */
export async function compareWays(round: number, set: RecordSet): Promise<Figure[]> {
  const outcomes = new Map<Way, Outcome>();
  const first = round % WAYS.length;
  for (const way of [...WAYS.slice(first), ...WAYS.slice(0, first)])
    outcomes.set(way, await withStack((stack) => runWay(stack, set, way)));
  const [own, ...others] = WAYS.map((way) => outcomes.get(way) as Outcome) as [Outcome, ...Outcome[]];
  const expected = ownNumbers(set.system, own.items);
  for (const { way, items } of others) checkSameNumbers(way, plainNumbers(set.system, items), expected);
  return [...speedFigures(set, own, others), ...costFigures(set, own, others)];
}

async function runWay(stack: Stack, set: RecordSet, way: Way): Promise<Outcome> {
  const { system, records } = set;
  const names = namesOf(system, 'bench');
  const setUp = patientClients(stack);
  const clients = patientClients(stack);
  try {
    await provisionTable(setUp.dynamodb, names.table, system.table);
    await provisionStateTable(setUp.dynamodb, names.stateTable);
    await warmStore(setUp.dynamodb, names.table, system.table);
    const { sent } = noteWrites(clients.dynamodb);
    const place = { system, clients, region: REGION, endpoint: stack.endpoints.dynamodb ?? '', ...names, ...STREAM };
    const run = await way.prepare(place, batchesOf(records));
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
  const figure = (what: string, units: number, beside: string, theirs: number): Figure => ({
    name: `${what}, ${name}`,
    unit: 'a record',
    rate: units / records.length,
    beside: { what: beside, rate: theirs / records.length },
  });
  // The client of aws-lambda-stream is out of reach; its requests are those of the naive way.
  const seen = others.filter(({ units }) => units.requests > 0);
  const { requests, overOneKb, indexes } = own.units;
  return [
    { ...figure('write units', requests, 'M/N', aggregatesTouched(system, batchesOf(records))), asked: '0.9 – 1.1' },
    ...seen.map(({ way, units }) => figure('write units', requests, way, units.requests)),
    ...seen
      .filter(({ way }) => way === powertools.name)
      .flatMap(({ way, units }) => [
        figure('more for over 1 KB', overOneKb, way, units.overOneKb),
        figure('more for indexes', indexes, way, units.indexes),
      ]),
  ];
}

const batchesOf = (records: readonly StreamRecord[]): StreamRecord[][] => inBatches(records, BATCH);
