import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteEventBusCommand,
  DeleteRuleCommand,
  type EventBridgeClient,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { type Built, build } from './build.ts';
import { type Ended, endAll, Shell } from './command.ts';
import { dynamoOf, type Endpoints, eventBridgeOf, startEndpoints } from './endpoints.ts';

let built: Built;
let endpoints: Endpoints;
let dynamo: DynamoDBClient;
let events: EventBridgeClient;

beforeAll(async () => {
  built = await build();
  endpoints = await startEndpoints(built, join(built.folder, 'home'), '--in-memory');
  dynamo = dynamoOf(endpoints.environment);
  events = eventBridgeOf(endpoints.environment);
});

afterAll(async () => {
  dynamo?.destroy();
  events?.destroy();
  await endpoints?.process.signal('SIGTERM');
  endAll();
  built?.remove();
});

/** One line that says what happened, what to do, and the code; and nothing for those who read the result. */
function expectRefusal({ code, stdout, stderr }: Ended, error: string, naming: RegExp): void {
  expect(stderr.trim().split('\n')).toEqual([expect.stringMatching(/^afterwrite: .+ -> .+ \[[A-Z_]+\]$/)]);
  expect(stderr).toContain(`[${error}]`);
  expect(stderr).toMatch(naming);
  expect([code, stdout]).toEqual([1, '']);
}

const FILE = join(process.cwd(), 'test/fixtures/terraform-reviews.ndjson.gz');
const WORKING: readonly string[][] = [
  ['feed', FILE, '--limit', '1'],
  ['run', '--until-idle'],
  ['stats', 'stacks'],
  ['stats', 'stack', 'x'],
  ['review', 'x'],
  ['verify'],
  ['parked', 'ls'],
  ['parked', 'redrive', '--all'],
  ['status'],
];
const name = (stage: string): string => `terraform-spacelift-ai-reviewer-reviews-${stage}`;

test.each([['provision'], ...WORKING])('%s %s at an endpoint where nobody listens', async (...args) => {
  const shell = new Shell(built, { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' });
  const ended = await shell.run(...args.filter((arg) => arg !== undefined), '--json');
  expectRefusal(ended, 'ENDPOINT_UNREACHABLE', /127\.0\.0\.1:1.*AWS_ENDPOINT_URL/);
});

test.each(WORKING)('%s %s where there is no table', async (...args) => {
  const ended = await endpoints.shell.run(...args.filter((arg) => arg !== undefined), '--stage', 'nothing', '--json');
  expectRefusal(ended, 'TABLE_MISSING', /-nothing.*afterwrite provision/);
});

test.each([
  ['archive', 'ls'],
  ['replay', '--to', 'stdout'],
  ['events', 'tail'],
])('%s %s where there is no bucket', async (...args) => {
  const ended = await endpoints.shell.run(...args.filter((arg) => arg !== undefined), '--stage', 'nothing', '--json');
  expectRefusal(ended, 'BUCKET_MISSING', /afterwrite-reviewer-archive-nothing.*afterwrite provision/);
});

test('a bus that does not exist: nothing is read and lost', async () => {
  const [stage, EventBusName] = ['busless', 'afterwrite-reviewer-events-busless'];
  await endpoints.shell.done('provision', '--stage', stage);
  await events.send(new RemoveTargetsCommand({ EventBusName, Rule: 'afterwrite-log', Ids: ['log'] }));
  await events.send(new DeleteRuleCommand({ EventBusName, Name: 'afterwrite-log' }));
  await events.send(new DeleteEventBusCommand({ Name: EventBusName }));
  const ended = await endpoints.shell.run('run', '--until-idle', '--stage', stage, '--json');
  expectRefusal(ended, 'BUS_MISSING', /afterwrite-reviewer-events-busless.*afterwrite provision/);
});

test('a replay to a bus that does not exist', async () => {
  const ended = await endpoints.shell.run('replay', '--to', 'bus', '--stage', 'nothing', '--json');
  expectRefusal(ended, 'BUS_MISSING', /afterwrite-reviewer-replay-nothing.*afterwrite provision/);
});

const keyed = (HASH: string, RANGE: string) => ({
  BillingMode: 'PAY_PER_REQUEST' as const,
  AttributeDefinitions: [HASH, RANGE].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
  KeySchema: [
    { AttributeName: HASH, KeyType: 'HASH' as const },
    { AttributeName: RANGE, KeyType: 'RANGE' as const },
  ],
});

test.each(['provision', 'feed', 'run', 'stats'])('%s refuses a table that has another key', async (command) => {
  const stage = `foreign-${command}`;
  await dynamo.send(new CreateTableCommand({ TableName: name(stage), ...keyed('id', 'when') }));
  const args = WORKING.find(([first]) => first === command) ?? [command];
  const ended = await endpoints.shell.run(...args, '--stage', stage, '--json');
  expectRefusal(ended, 'TABLE_NOT_OURS', /id.*when.*PK.*SK/);
});

test.each(['provision', 'run', 'init'])('%s refuses a table whose sort key is a number', async (command) => {
  const stage = `number-${command}`;
  const AttributeDefinitions = [
    { AttributeName: 'PK', AttributeType: 'S' as const },
    { AttributeName: 'SK', AttributeType: 'N' as const },
  ];
  await dynamo.send(new CreateTableCommand({ TableName: name(stage), ...keyed('PK', 'SK'), AttributeDefinitions }));
  const args = { run: ['run', '--until-idle'], init: ['init', name(stage)] }[command] ?? [command];
  expectRefusal(await endpoints.shell.run(...args, '--stage', stage, '--json'), 'TABLE_NOT_OURS', /'SK'.*is no text/);
});

test.each(['KEYS_ONLY', undefined] as const)('a table whose stream is %s is refused', async (StreamViewType) => {
  const stage = `stream-${String(StreamViewType).toLowerCase().replace('_', '-')}`;
  const StreamSpecification = StreamViewType && { StreamEnabled: true, StreamViewType };
  await dynamo.send(new CreateTableCommand({ TableName: name(stage), ...keyed('PK', 'SK'), StreamSpecification }));
  for (const args of [['provision'], ['run', '--until-idle']])
    expectRefusal(
      await endpoints.shell.run(...args, '--stage', stage, '--json'),
      'TABLE_NOT_OURS',
      /NEW_AND_OLD_IMAGES/,
    );
});

describe('a stack that can not start', () => {
  let taken: Server;
  let port: number;

  beforeAll(async () => {
    taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, resolve));
    const address = taken.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  });

  afterAll(() => new Promise((resolve) => taken.close(resolve)));

  test.each([0, 1, 2])('because the port of its part %i is taken', async (part) => {
    const shell = new Shell(built, { AFTERWRITE_HOME: join(built.folder, `taken-${part}`) });
    const ended = await shell.run('stack', '--port', String(port - part));
    expectRefusal(ended, 'PORT_TAKEN', /(port \d+|Port \d+).* -> .*another (--)?port/);
  });

  test('because java is missing', async () => {
    const shell = new Shell(built, { AFTERWRITE_HOME: join(built.folder, 'javaless'), PATH: built.folder });
    expectRefusal(await shell.run('stack'), 'JAVA_MISSING', /no java on the PATH.*install Java 17/);
  });

  test('because another one has its data', async () => {
    const home = { AFTERWRITE_HOME: join(built.folder, 'held') };
    const held = await startEndpoints(built, home.AFTERWRITE_HOME);
    expectRefusal(await new Shell(built, home).run('dev', '--port', '8000'), 'PORT_TAKEN', /AFTERWRITE_HOME/);
    await held.process.signal('SIGTERM');
  });
});
