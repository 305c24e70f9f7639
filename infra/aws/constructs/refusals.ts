import { Stack, Token } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';
import { wrong } from '../../../shared/model/errors.ts';
import type { System } from '../../../shared/model/system.ts';
import { PARALLEL } from './eventSources.ts';
import type { ReadTable } from './tables.ts';

/** More get throttled, and fall behind until changes are lost. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html */
const MOST_READERS = 2;
const MOST_READERS_GLOBAL = 1;

/** What is wrong with a table as far as CDK knows it; of an imported one only what was given. Throws DECLARATION_WRONG. Returns its stream. */
export function refuseTable(system: System, read: ReadTable): string {
  const stream = read.table.tableStreamArn;
  if (stream === undefined)
    throw wrong(
      pathOf(read),
      `it has no stream; ${dependents(system)}`,
      "turn its stream on with NEW_AND_OLD_IMAGES; import a table with 'tableStreamArn'",
    );
  const known = knownTable(read.table);
  if (known) refuseKnown(system, known, read);
  return stream;
}

const pathOf = ({ part }: ReadTable): string => (part === undefined ? 'table' : `tables.${part}`);

function refuseKnown(system: System, known: dynamodb.CfnTable, read: ReadTable): void {
  const path = pathOf(read);
  const { viewType, ttl } = seen(known);
  if (viewType !== 'NEW_AND_OLD_IMAGES')
    throw wrong(
      `${path}.stream`,
      `it shows ${viewType}: what was added can't be taken back without the old image, nor archived without the new one`,
      'declare the stream as NEW_AND_OLD_IMAGES',
    );
  const { ttl: declared } = read.declared;
  if (declared !== undefined && ttl !== declared)
    throw wrong(
      `${path}.ttl`,
      `items of '${system.name}' expire by '${declared}', and the table's TTL is ${ttl === undefined ? 'off' : `'${ttl}'`}: they would stay for ever`,
      `set timeToLiveAttribute to '${declared}'`,
    );
  const name = known.tableName;
  if (name !== undefined && !Token.isUnresolved(name) && name !== read.name)
    throw wrong(
      `${path}.name`,
      `it is '${name}', and '${system.name}' names '${read.name}' in this stage: the functions would read another table`,
      "correct the system's table.name, or the stage",
    );
}

/** Derived items come back through the same stream: without it nothing that rests on them ever counts. */
function dependents({ statistics }: System): string {
  const fed = statistics.filter(({ feeds }) => feeds.some(({ of }) => of.derived));
  const chains = fed.map(({ name, feeds }) => `${name} (of ${feeds.map(({ of }) => of.name).join(', ')})`);
  return fed.length === 0
    ? 'nothing could be read'
    : `nothing could be read, and what rests on derived items would never count: ${chains.join('; ')}`;
}

const knownTable = (table: dynamodb.ITable): dynamodb.CfnTable | undefined => {
  const child = table.node.defaultChild;
  return child instanceof dynamodb.CfnTable ? child : undefined;
};

function seen(table: dynamodb.CfnTable): { viewType: string | undefined; ttl: string | undefined } {
  const stack = Stack.of(table);
  const stream = stack.resolve(table.streamSpecification) as { streamViewType?: string } | undefined;
  const ttl = stack.resolve(table.timeToLiveSpecification) as { attributeName?: string; enabled?: boolean } | undefined;
  return { viewType: stream?.streamViewType, ttl: ttl?.enabled ? ttl.attributeName : undefined };
}

/**
 * What can only be told when the whole app is there: how many read the stream, and how.
 * @param otherReaders of the stream, that this app does not make
 */
export function refusedReaders(table: dynamodb.ITable, otherReaders: number): string[] {
  const stream = table.tableStreamArn;
  const mappings = table.node.root.node
    .findAll()
    .filter((node): node is lambda.CfnEventSourceMapping => node instanceof lambda.CfnEventSourceMapping)
    .filter(({ eventSourceArn }) => eventSourceArn !== undefined && eventSourceArn === stream);
  const most = isGlobal(table) ? MOST_READERS_GLOBAL : MOST_READERS;
  const readers = [...mappings.map(({ node }) => node.path), ...Array<string>(otherReaders).fill('one elsewhere')];
  const tooMany =
    readers.length <= most
      ? []
      : [
          `${readers.length} readers of one stream: ${readers.join(', ')}. A shard serves ${most}${most === 1 ? ' of a global table' : ''}: ` +
            "more are throttled, and fall behind until changes are lost -> subscribe to afterwrite's bus instead of the stream" +
            (most === 1 ? ', and attach afterwrite to a table of one Region' : ''),
        ];
  const parallel = mappings
    .filter(({ parallelizationFactor = 1 }) => parallelizationFactor !== 1)
    .map(({ node, parallelizationFactor }) => `${node.path}: ${parallelizationFactor} ${PARALLEL} -> set 1`);
  return [...tooMany, ...parallel];
}

/** Of several Regions: replication itself reads the stream. */
function isGlobal(table: dynamodb.ITable): boolean {
  const child: IConstruct | undefined = table.node.defaultChild;
  if (!(child instanceof dynamodb.CfnGlobalTable)) return table.node.findAll().some(isReplica);
  const replicas: unknown = Stack.of(child).resolve(child.replicas);
  return Array.isArray(replicas) && replicas.length > 1;
}

const isReplica = ({ node }: IConstruct): boolean => /Replica/.test(node.id);
