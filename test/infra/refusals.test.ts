import { type App, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Afterwrite, type AfterwriteProps } from '../../infra/aws/constructs/afterwrite.ts';
import type { TablePart } from '../../shared/model/tables.ts';
import { k9 } from '../../shared/systems/k9.ts';
import { reviewer } from '../../shared/systems/reviewer.ts';
import { tickets } from '../support/given/tickets.ts';
import { newApp } from './synth.ts';

const TABLE = {
  tableName: reviewer.table.name('dev'),
  partitionKey: { name: 'PK', type: dynamodb.AttributeType.STRING },
  sortKey: { name: 'SK', type: dynamodb.AttributeType.STRING },
  timeToLiveAttribute: 'expiresAt',
  stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
};

function attach(
  table: Partial<dynamodb.TableProps> = {},
  props: Partial<AfterwriteProps> = {},
): { app: App; stack: Stack } {
  const app = newApp();
  const stack = new Stack(app, 'Stack');
  const own = new dynamodb.Table(stack, 'Table', { ...TABLE, ...table } as dynamodb.TableProps) as dynamodb.ITable;
  new Afterwrite(stack, 'Afterwrite', { table: own, system: reviewer, stage: 'dev', ...props });
  return { app, stack };
}

test('a table that has all is taken', () => {
  expect(() => attach().app.synth()).not.toThrow();
});

test('a third reader of the stream, wherever it is', () => {
  expect(() => attach({}, { otherReaders: 1 }).app.synth()).toThrow(/3 readers of one stream.*one elsewhere/);
  const { app, stack } = attach();
  const table = stack.node.findChild('Table') as dynamodb.Table;
  new lambda.CfnEventSourceMapping(stack, 'Third', {
    functionName: 'other',
    eventSourceArn: table.tableStreamArn as string,
  });
  expect(() => app.synth()).toThrow(/3 readers of one stream.*Stack\/Third/);
});

test('a second reader of a global table', () => {
  const app = newApp();
  const stack = new Stack(app, 'Stack', { env: { region: 'eu-west-1', account: '111122223333' } });
  const { stream: dynamoStream, ...shape } = TABLE;
  const table = new dynamodb.TableV2(stack, 'Table', {
    ...shape,
    dynamoStream,
    replicas: [{ region: 'eu-central-1' }],
  }) as dynamodb.ITable;
  new Afterwrite(stack, 'Afterwrite', { table, system: reviewer, stage: 'dev' });
  expect(() => app.synth()).toThrow(/2 readers of one stream.*A shard serves 1 of a global table/);
});

test('a stream that lacks one of both images', () => {
  expect(() => attach({ stream: dynamodb.StreamViewType.NEW_IMAGE })).toThrow(/table.stream: it shows NEW_IMAGE/);
});

test('a table without a stream, with what rests on its derived items', () => {
  const { stream: _, ...without } = TABLE;
  const stack = new Stack(newApp(), 'Stack');
  const table = new dynamodb.Table(stack, 'Table', without) as dynamodb.ITable;
  const make = () => new Afterwrite(stack, 'Afterwrite', { table, system: reviewer, stage: 'dev' });
  expect(make).toThrow(/it has no stream.*would never count: stack \(of review\)/);
});

test('a table whose TTL is off, or of another attribute, where items expire', () => {
  expect(() => attach({ timeToLiveAttribute: 'ttl' })).toThrow(
    /table.ttl: items of 'reviewer' expire by 'expiresAt'.* 'ttl'/,
  );
});

test('a table of another name than the one that the functions will read', () => {
  expect(() => attach({ tableName: 'reviews' })).toThrow(/table.name: it is 'reviews'/);
});

test('several batches of one shard at a time, also where they are set behind our back', () => {
  expect(() => attach({}, { readers: { live: { parallelizationFactor: 2 } } })).toThrow(
    /readers.live.parallelizationFactor: 2 at a time/,
  );
  const { app, stack } = attach();
  const mapping = stack.node.findChild('Afterwrite').node.findChild('LiveMapping') as lambda.CfnEventSourceMapping;
  mapping.parallelizationFactor = 4;
  expect(() => app.synth()).toThrow(/LiveMapping: 4 at a time/);
});

test('a journal that is more than half a minute behind', () => {
  expect(() => attach({}, { readers: { archive: { windowSeconds: 60 } } })).toThrow(
    /readers.archive.windowSeconds: 60/,
  );
});

test('a system whose file nobody names, and one that is not there', () => {
  const table = { tableName: tickets.table.name('dev') };
  expect(() => attach(table, { system: tickets })).toThrow(/declaration: 'tickets' is no system of this package/);
  expect(() => attach(table, { system: tickets, declaration: 'no/such.ts' })).toThrow(
    /declaration: there is no .*such.ts/,
  );
});

test('of several tables that are read as one, each is held to its own part of the declaration', () => {
  const stack = new Stack(newApp(), 'Stack');
  const make = (name: string, more: Partial<dynamodb.TableProps> = {}) => {
    const { table } = (k9.table.parts ?? []).find((part) => part.name === name) as TablePart;
    const partitionKey = { name: table.partitionKey, type: dynamodb.AttributeType.STRING };
    const { stream } = TABLE;
    const given = { tableName: table.name('dev'), partitionKey, stream, ...more };
    return new dynamodb.Table(stack, `Table${stack.node.children.length}`, given) as dynamodb.ITable;
  };
  const attachAll = (tables: Record<string, dynamodb.ITable>) => () =>
    new Afterwrite(stack, `Afterwrite${stack.node.children.length}`, { tables, system: k9, stage: 'dev' });
  const names = (k9.table.parts ?? []).map(({ name }) => name);
  const all = Object.fromEntries(names.map((name) => [name, make(name)]));
  const { users, ...others } = all;
  expect(attachAll(others)).toThrow("tables.users: 'k9' reads it, and it was not given");
  expect(attachAll({ ...all, reports: make('reports', { stream: dynamodb.StreamViewType.KEYS_ONLY }) })).toThrow(
    /tables.reports.stream: it shows KEYS_ONLY/,
  );
  expect(attachAll({ ...all, users: make('reports') })).toThrow(/tables.users.name: it is 'k9-reports-dev'/);
  expect(attachAll(all)).not.toThrow();
});
