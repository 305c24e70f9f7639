import { type Statement, WILDCARDS, wideIn } from '../../infra/aws/constructs/wildcards.ts';
import { reviewer } from '../../shared/systems/reviewer.ts';
import { EACH_SYSTEM, resourcesOf, type Templates, templatesOf } from './synth.ts';

interface Granted {
  readonly role: string;
  readonly statement: Statement;
}

const listOf = <Item>(one: Item | readonly Item[]): readonly Item[] => (Array.isArray(one) ? one : [one as Item]);

/** Every statement of every role, inline policies too. */
const grantedIn = ({ data, processing }: Templates): Granted[] =>
  [data, processing].flatMap((template) => [
    ...resourcesOf(template, 'AWS::IAM::Policy').flatMap(({ id, PolicyDocument }) =>
      PolicyDocument.Statement.map((statement: Statement) => ({ role: id, statement })),
    ),
    ...resourcesOf(template, 'AWS::IAM::Role').flatMap(({ id, Policies = [] }) =>
      Policies.flatMap(({ PolicyDocument }: { PolicyDocument: { Statement: Statement[] } }) =>
        PolicyDocument.Statement.map((statement) => ({ role: id, statement })),
      ),
    ),
  ]);

const unexplained = ({ role, statement }: Granted): string[] =>
  wideIn(statement)
    .filter(({ why }) => why === undefined)
    .map(({ action, resource }) => `${role}: ${action} on ${resource}`);

describe.each(EACH_SYSTEM)('%s', (_, system) => {
  const templates = templatesOf(system);
  const granted = grantedIn(templates);

  test('no role may do more than it names', () => {
    expect(granted.length).toBeGreaterThan(20);
    expect(granted.flatMap(unexplained)).toEqual([]);
  });

  test('no role has a policy of AWS, which may grow without us', () => {
    for (const template of [templates.data, templates.processing])
      for (const { ManagedPolicyArns = [] } of resourcesOf(template, 'AWS::IAM::Role'))
        expect(ManagedPolicyArns).toEqual([]);
  });

  test('every role is one that a service of AWS takes, and nobody else', () => {
    for (const template of [templates.data, templates.processing])
      for (const { AssumeRolePolicyDocument } of resourcesOf(template, 'AWS::IAM::Role'))
        for (const { Principal } of AssumeRolePolicyDocument.Statement)
          expect(Principal).toEqual({ Service: expect.stringMatching(/^[a-z.-]+\.amazonaws\.com$/) });
  });

  test('the reader of the archive writes nothing but the journal and events, and touches no item', () => {
    const own = granted.filter(({ role }) => role.includes('ArchiveRole')).map(({ statement }) => statement);
    const actions = own.flatMap(({ Action = [] }) => listOf(Action));
    expect(actions).not.toContain('events:PutEvents');
    expect(actions).not.toContain('s3:DeleteObject');
    expect(actions.filter((action) => /dynamodb:.*(Put|Insert|Update|Delete)/.test(String(action)))).toEqual(
      // Of the state table.
      ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
    );
    const written = own
      .filter(({ Action = [] }) => listOf(Action).includes('s3:PutObject'))
      .flatMap((statement) => wideIn({ ...statement, Effect: 'Allow' }))
      .filter(({ resource }) => resource.includes('/v1/'));
    expect(written.map(({ resource }) => resource)).toEqual([
      expect.stringContaining(`/v1/journal/${system.name}/dev/`),
      expect.stringContaining(`/v1/events/${system.name}/dev/`),
    ]);
  });

  test('no environment holds anything but names', () => {
    for (const { Environment } of resourcesOf(templates.processing, 'AWS::Lambda::Function'))
      expect(Object.keys(Environment.Variables).sort()).toEqual([
        'AFTERWRITE_BUCKET',
        'AFTERWRITE_STAGE',
        'AFTERWRITE_SYSTEM',
        'NODE_OPTIONS',
      ]);
  });
});

test.each([
  { Effect: 'Allow', Action: 'dynamodb:*', Resource: 'arn:aws:dynamodb:::table/a' },
  { Effect: 'Allow', Action: ['s3:GetObject', 's3:ListBucket'], Resource: '*' },
  { Effect: 'Allow', Action: 's3:PutObject', Resource: { 'Fn::Join': ['', [{ Ref: 'Archive' }, '/v1/*']] } },
  { Effect: 'Allow', Action: 's3:DeleteObject', Resource: { 'Fn::Join': ['', [{ Ref: 'Archive' }, '/v1/journal/*']] } },
])('a wide statement is found: %j', (statement) => {
  expect(unexplained({ role: 'a', statement })).not.toEqual([]);
});

test('what is granted in buckets of others is to read', () => {
  const given = { referredBuckets: ['arn:aws:s3:::post-mortems'] };
  const other = grantedIn(templatesOf(reviewer, given)).flatMap(({ statement }) => wideIn(statement));
  const there = other.filter(({ resource }) => resource.startsWith('arn:aws:s3:::post-mortems'));
  expect(there.map(({ action }) => action)).toEqual(['s3:GetObject', 's3:GetObjectVersion']);
});

test('each reason is of some use, and is said', () => {
  for (const { why } of WILDCARDS) expect(why.length).toBeGreaterThan(20);
});
