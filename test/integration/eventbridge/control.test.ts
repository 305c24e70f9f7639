import {
  CreateEventBusCommand,
  DeleteEventBusCommand,
  DeleteRuleCommand,
  DescribeEventBusCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  ListEventBusesCommand,
  ListRuleNamesByTargetCommand,
  ListRulesCommand,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  TagResourceCommand,
  TestEventPatternCommand,
  UntagResourceCommand,
  UpdateEventBusCommand,
} from '@aws-sdk/client-eventbridge';
import { detailsIn, entry, LOG, LOG_ARN, NOW, type Running, start } from './support.ts';

const EventPattern = JSON.stringify({ source: ['shop'] });
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:q';

let running: Running;

beforeEach(async () => {
  running = await start();
});
afterEach(() => running.stop());

const send: Running['client']['send'] = ((command: never) => running.client.send(command)) as never;
const bus = (Name: string) => send(new CreateEventBusCommand({ Name }));
const rule = (Name: string, more = {}) => send(new PutRuleCommand({ Name, EventPattern, ...more }));
const targets = (Rule: string, ...ids: string[]) =>
  send(new PutTargetsCommand({ Rule, Targets: ids.map((Id) => ({ Id, Arn: QUEUE })) }));

describe('buses', () => {
  test('are created, described, listed and deleted', async () => {
    const Arn = 'arn:aws:events:us-east-1:000000000000:event-bus/orders';
    const created = await send(new CreateEventBusCommand({ Name: 'orders', Description: 'all orders' }));
    expect(created).toMatchObject({ EventBusArn: Arn, Description: 'all orders' });
    const shown = { Name: 'orders', Arn, Description: 'all orders', CreationTime: new Date(NOW) };
    await expect(send(new DescribeEventBusCommand({ Name: Arn }))).resolves.toMatchObject(shown);
    const { EventBuses } = await send(new ListEventBusesCommand({}));
    expect(EventBuses).toMatchObject([{ Name: 'default' }, shown]);
    await send(new DeleteEventBusCommand({ Name: 'orders' }));
    await expect(send(new DescribeEventBusCommand({ Name: 'orders' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Event bus orders does not exist.',
      $metadata: { httpStatusCode: 400 },
    });
  });

  test('come in pages', async () => {
    for (const name of ['b2', 'b1', 'b3', 'a']) await bus(name);
    const first = await send(new ListEventBusesCommand({ NamePrefix: 'b', Limit: 2 }));
    expect(first.EventBuses!.map(({ Name }) => Name)).toEqual(['b1', 'b2']);
    const second = await send(new ListEventBusesCommand({ NamePrefix: 'b', Limit: 2, NextToken: first.NextToken }));
    expect(second.EventBuses!.map(({ Name }) => Name)).toEqual(['b3']);
    expect(second.NextToken).toBeUndefined();
  });

  test('are refused as on AWS', async () => {
    await bus('orders');
    await rule('r', { EventBusName: 'orders' });
    const refusals: [Promise<unknown>, string, string][] = [
      [bus('orders'), 'ResourceAlreadyExistsException', 'Event bus orders already exists.'],
      [bus('default'), 'ResourceAlreadyExistsException', 'Event bus default already exists.'],
      [
        bus('a b'),
        'ValidationException',
        "Value 'a b' at 'name' failed to satisfy constraint: Member must satisfy regular",
      ],
      [bus(''), 'ValidationException', 'length greater than or equal to 1'],
      [send(new DeleteEventBusCommand({ Name: 'default' })), 'ValidationException', 'Cannot delete event bus default.'],
      [send(new DeleteEventBusCommand({ Name: 'orders' })), 'ValidationException', 'has rules'],
      [send(new DeleteEventBusCommand({ Name: 'x' })), 'ResourceNotFoundException', 'Event bus x does not exist.'],
      [send(new ListEventBusesCommand({ Limit: 101 })), 'ValidationException', 'value less than or equal to 100'],
      [send(new ListEventBusesCommand({ NextToken: 'x' })), 'ValidationException', 'NextToken'],
    ];
    for (const [promise, name, message] of refusals) {
      await expect(promise).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
    }
  });
});

describe('rules', () => {
  test('are put, described, disabled, enabled and deleted', async () => {
    await bus('orders');
    const EventBusName = 'orders';
    const { RuleArn } = await rule('paid', { EventBusName, Description: 'd' });
    expect(RuleArn).toBe('arn:aws:events:us-east-1:000000000000:rule/orders/paid');
    expect((await rule('paid')).RuleArn).toBe('arn:aws:events:us-east-1:000000000000:rule/paid');
    const described = () => send(new DescribeRuleCommand({ Name: 'paid', EventBusName }));
    await expect(described()).resolves.toMatchObject({
      ...{ Name: 'paid', Arn: RuleArn, EventPattern, EventBusName, State: 'ENABLED', Description: 'd' },
      CreatedBy: '000000000000',
    });
    await send(new DisableRuleCommand({ Name: 'paid', EventBusName }));
    await expect(described()).resolves.toMatchObject({ State: 'DISABLED' });
    await send(new EnableRuleCommand({ Name: 'paid', EventBusName }));
    await expect(described()).resolves.toMatchObject({ State: 'ENABLED' });
    await send(new DeleteRuleCommand({ Name: 'paid', EventBusName }));
    await send(new DeleteRuleCommand({ Name: 'paid', EventBusName }));
    await expect(described()).rejects.toThrow('Rule paid does not exist on EventBus orders.');
  });

  test('match only while they are enabled', async () => {
    await rule('paid', { State: 'DISABLED' });
    await send(new PutTargetsCommand({ Rule: 'paid', Targets: [{ Id: 'log', Arn: LOG_ARN }] }));
    const put = (n: number) => send(new PutEventsCommand({ Entries: [entry({ n })] }));
    await put(1);
    await send(new EnableRuleCommand({ Name: 'paid' }));
    await put(2);
    await rule('paid', { EventPattern: JSON.stringify({ source: ['other'] }) });
    await put(3);
    expect(detailsIn(running.endpoint.log(LOG))).toEqual([{ n: 2 }]);
  });

  test('come in pages, 300 a bus', async () => {
    for (let n = 0; n < 300; n++) await rule(`r${n}`);
    await expect(rule('r300')).rejects.toMatchObject({ name: 'LimitExceededException' });
    await expect(rule('r299', { Description: 'again' })).resolves.toBeDefined();
    const names: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const page = await send(new ListRulesCommand({ NextToken }));
      names.push(...page.Rules!.map(({ Name }) => Name));
      NextToken = page.NextToken;
    } while (NextToken);
    expect(new Set(names).size).toBe(300);
    expect(names).toHaveLength(300);
    const { Rules } = await send(new ListRulesCommand({ NamePrefix: 'r29', Limit: 5 }));
    expect(Rules!.map(({ Name }) => Name)).toEqual(['r29', 'r290', 'r291', 'r292', 'r293']);
  });

  test('are refused as on AWS', async () => {
    const refusals: [Promise<unknown>, string, string][] = [
      [
        rule('r', { EventPattern: '{"a": []}' }),
        'InvalidEventPatternException',
        'Event pattern is not valid. Reason: Empty',
      ],
      [rule('r', { EventPattern: undefined }), 'ValidationException', 'must be specified'],
      [rule('r', { EventBusName: 'x' }), 'ResourceNotFoundException', 'Event bus x does not exist.'],
      [rule('a/b'), 'ValidationException', "at 'name'"],
      [rule('r'.repeat(65)), 'ValidationException', 'length less than or equal to 64'],
      [rule('r', { State: 'ON' }), 'ValidationException', 'enum value set: [ENABLED, DISABLED'],
      [send(new DescribeRuleCommand({ Name: 'r' })), 'ResourceNotFoundException', 'on EventBus default.'],
      [send(new DisableRuleCommand({ Name: 'r' })), 'ResourceNotFoundException', 'on EventBus default.'],
    ];
    for (const [promise, name, message] of refusals) {
      await expect(promise).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
    }
  });
});

describe('targets', () => {
  beforeEach(() => rule('r'));

  test('are put, replaced, listed in pages and removed', async () => {
    await expect(targets('r', 'b', 'a', 'c')).resolves.toMatchObject({ FailedEntryCount: 0, FailedEntries: [] });
    await send(new PutTargetsCommand({ Rule: 'r', Targets: [{ Id: 'b', Arn: LOG_ARN, InputPath: '$.detail' }] }));
    const first = await send(new ListTargetsByRuleCommand({ Rule: 'r', Limit: 2 }));
    expect(first.Targets).toEqual([
      { Id: 'a', Arn: QUEUE },
      { Id: 'b', Arn: LOG_ARN, InputPath: '$.detail' },
    ]);
    const second = await send(new ListTargetsByRuleCommand({ Rule: 'r', NextToken: first.NextToken }));
    expect(second.Targets).toEqual([{ Id: 'c', Arn: QUEUE }]);
    await expect(send(new DeleteRuleCommand({ Name: 'r' }))).rejects.toThrow(
      "Rule can't be deleted since it has targets.",
    );
    await send(new RemoveTargetsCommand({ Rule: 'r', Ids: ['a', 'b', 'c'] }));
    await expect(send(new ListTargetsByRuleCommand({ Rule: 'r' }))).resolves.toMatchObject({ Targets: [] });
    await expect(send(new DeleteRuleCommand({ Name: 'r' }))).resolves.toBeDefined();
  });

  test('are five a rule, also when the rule is put again', async () => {
    await targets('r', '1', '2', '3', '4', '5');
    await expect(targets('r', '6')).rejects.toMatchObject({ name: 'LimitExceededException' });
    await expect(targets('r', '5')).resolves.toBeDefined();
    await rule('r', { Description: 'again' });
    await expect(send(new ListTargetsByRuleCommand({ Rule: 'r' }))).resolves.toHaveProperty('Targets.length', 5);
  });

  test('are refused as on AWS', async () => {
    await expect(targets('x', '1')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(targets('r', 'a', '!')).rejects.toThrow("Value '!' at 'targets.2.member.id'");
    await expect(send(new PutTargetsCommand({ Rule: 'r', Targets: [{ Id: 'a', Arn: 'queue' }] }))).rejects.toThrow(
      'Provided Arn is not in correct format',
    );
  });
});

describe('parameters of targets', () => {
  beforeEach(() => rule('r'));

  const put = (given: object) =>
    send(new PutTargetsCommand({ Rule: 'r', Targets: [{ Id: 't', Arn: QUEUE, ...given }] }));
  const template = (InputTemplate: string, InputPathsMap = {}) =>
    put({ InputTransformer: { InputTemplate, InputPathsMap } });

  test('are kept and listed', async () => {
    const given = {
      InputTransformer: { InputPathsMap: { a: '$.detail.a' }, InputTemplate: '{"a": <a>}' },
      RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
      DeadLetterConfig: { Arn: QUEUE },
      RoleArn: 'arn:aws:iam::000000000000:role/r',
      EcsParameters: { TaskDefinitionArn: 'arn:aws:ecs:us-east-1:000000000000:task-definition/t' },
    };
    await put(given);
    const { Targets } = await send(new ListTargetsByRuleCommand({ Rule: 'r' }));
    expect(Targets).toEqual([{ Id: 't', Arn: QUEUE, ...given }]);
  });

  test('are refused as on AWS', async () => {
    const both = { Input: '{}', InputPath: '$' };
    const refusals: [Promise<unknown>, string][] = [
      [put(both), 'Only one of Input, InputPath, or InputTransformer must be provided for target t.'],
      [template('"<a> <gone>"', { a: '$.a' }), 'InputTemplate for target t contains invalid placeholder gone.'],
      [template('{"a": <a>', { a: '$.a' }), 'Invalid InputTemplate for target t.'],
      [template('"a"', { 'a b': '$.a' }), 'InputPathsMap for target t contains a b.'],
      [template('"a"', { AWSa: '$.a' }), 'InputPathsMap for target t contains AWSa.'],
      [template('"a"', Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`v${n}`, '$.a']))), 'more than 100'],
      [template(`"${'x'.repeat(8_191)}"`), 'length less than or equal to 8192'],
      [put({ Input: '{' }), 'JSON syntax error in input for target t.'],
      [put({ InputPath: `$.${'x'.repeat(255)}` }), 'length less than or equal to 256'],
      [put({ RetryPolicy: { MaximumRetryAttempts: 186 } }), 'value less than or equal to 185'],
      [put({ RetryPolicy: { MaximumEventAgeInSeconds: 59 } }), 'value greater than or equal to 60'],
      [put({ RetryPolicy: { MaximumEventAgeInSeconds: 86_401 } }), 'value less than or equal to 86400'],
      [put({ Arn: `${QUEUE}.fifo` }), 'Parameter(s) SqsParameters must be specified for target: t.'],
    ];
    for (const [promise, message] of refusals) {
      await expect(promise).rejects.toMatchObject({
        name: 'ValidationException',
        message: expect.stringContaining(message),
      });
    }
    await expect(send(new ListTargetsByRuleCommand({ Rule: 'r' }))).resolves.toMatchObject({ Targets: [] });
  });

  test('tell which rules have a target', async () => {
    await rule('s');
    await targets('s', 'x');
    await targets('r', 'x');
    const byTarget = (more = {}) => send(new ListRuleNamesByTargetCommand({ TargetArn: QUEUE, ...more }));
    await expect(byTarget()).resolves.toMatchObject({ RuleNames: ['r', 's'] });
    const { RuleNames, NextToken } = await byTarget({ Limit: 1 });
    expect(RuleNames).toEqual(['r']);
    await expect(byTarget({ NextToken })).resolves.toMatchObject({ RuleNames: ['s'] });
    await expect(byTarget({ TargetArn: LOG_ARN })).resolves.toMatchObject({ RuleNames: [] });
  });
});

describe('tags and settings', () => {
  const busArn = 'arn:aws:events:us-east-1:000000000000:event-bus/orders';
  const tagsOf = async (ResourceARN: string) =>
    (await send(new ListTagsForResourceCommand({ ResourceARN }))).Tags!.map(({ Key, Value }) => `${Key}=${Value}`);

  test('of buses and rules', async () => {
    await send(new CreateEventBusCommand({ Name: 'orders', Tags: [{ Key: 'team', Value: 'a' }] }));
    const { RuleArn } = await rule('paid', { EventBusName: 'orders', Tags: [{ Key: 'x', Value: '1' }] });
    const Tags = [
      { Key: 'team', Value: 'b' },
      { Key: 'cost', Value: '' },
    ];
    await send(new TagResourceCommand({ ResourceARN: busArn, Tags }));
    expect(await tagsOf(busArn)).toEqual(['team=b', 'cost=']);
    await send(new UntagResourceCommand({ ResourceARN: busArn, TagKeys: ['team', 'gone'] }));
    expect(await tagsOf(busArn)).toEqual(['cost=']);
    await rule('paid', { EventBusName: 'orders', Tags: [{ Key: 'x', Value: '2' }] });
    expect(await tagsOf(RuleArn!)).toEqual(['x=1']);
    for (const gone of [`${busArn}2`, `${RuleArn}2`, 'orders', 'arn:aws:sqs:us-east-1:000000000000:q'])
      await expect(tagsOf(gone)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('a bus is updated, and keeps its rules', async () => {
    await send(new CreateEventBusCommand({ Name: 'orders', Description: 'before', KmsKeyIdentifier: 'alias/k' }));
    await rule('paid', { EventBusName: 'orders' });
    const updated = await send(new UpdateEventBusCommand({ Name: 'orders', Description: 'after' }));
    expect(updated).toMatchObject({ Name: 'orders', Arn: busArn, Description: 'after' });
    const shown = await send(new DescribeEventBusCommand({ Name: 'orders' }));
    expect(shown.Description).toBe('after');
    expect(shown.KmsKeyIdentifier).toBeUndefined();
    await expect(send(new ListRulesCommand({ EventBusName: 'orders' }))).resolves.toHaveProperty('Rules.length', 1);
    await expect(send(new UpdateEventBusCommand({ Name: 'gone' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

describe('TestEventPattern', () => {
  const event = { id: '1', account: 'a', source: 'shop', time: 't', region: 'r', resources: [], 'detail-type': 'd' };
  const result = (pattern: string, given: string) =>
    send(new TestEventPatternCommand({ EventPattern: pattern, Event: given }));

  test('answers', async () => {
    await expect(result(EventPattern, JSON.stringify(event))).resolves.toHaveProperty('Result', true);
    await expect(result('{"source": ["x"]}', JSON.stringify(event))).resolves.toHaveProperty('Result', false);
  });

  test('refuses what is no event or no pattern', async () => {
    await expect(result('{"a": "x"}', JSON.stringify(event))).rejects.toMatchObject({
      name: 'InvalidEventPatternException',
      message: 'Event pattern is not valid. Reason: "a" must be an object or an array',
    });
    for (const given of ['text', '[]', '{"source": "shop"}']) {
      await expect(result(EventPattern, given)).rejects.toMatchObject({
        name: 'ValidationException',
        message: 'Parameter Event is not valid.',
      });
    }
  });
});
