import type { Template } from 'aws-cdk-lib/assertions';
import { reviewerTemplates } from './synth.ts';

/** Where `*` may stand in what a policy allows, and why. */
const ALLOWED: readonly { readonly resource: RegExp; readonly actions: RegExp; readonly why: string }[] = [
  { resource: /^\*$/, actions: /^xray:Put(TraceSegments|TelemetryRecords)$/, why: 'traces have no resource' },
  {
    resource: /\/v1\/[a-z]+\/reviewer\/dev\/_\/[^/*]+\/\*$/,
    actions: /^s3:(Get|Put|Delete|Restore)Object$/,
    why: 'one dataset of one table',
  },
  {
    resource: /^«[^»]*Failed[^»]*»\/\*$/,
    actions: /^s3:PutObject$/,
    why: 'Lambda names what it gives up on by itself',
  },
  { resource: /^«[^»]*Table[^»]*»\/stream\/\*$/, actions: /^dynamodb:ListStreams$/, why: 'streams of the one table' },
];

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
}

const { data, processing } = reviewerTemplates();
const list = <Item>(one: Item | readonly Item[]): readonly Item[] => (Array.isArray(one) ? one : [one as Item]);

/** A reference stands as «its name». */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const join = (value as { 'Fn::Join'?: [string, unknown[]] })['Fn::Join'];
  return join ? join[1].map(textOf).join(join[0]) : `«${JSON.stringify(value).replaceAll('*', '')}»`;
}

const statementsOf = (template: Template): { role: string; statement: Statement }[] =>
  Object.entries(template.findResources('AWS::IAM::Policy')).flatMap(([role, { Properties }]) =>
    (Properties.PolicyDocument.Statement as Statement[]).map((statement) => ({ role, statement })),
  );

/** What a statement allows that it should not. */
function tooWide({ Action, Resource }: Statement): string[] {
  const pairs = list(Action).flatMap((action) => list(Resource).map((resource) => [action, textOf(resource)] as const));
  return pairs
    .filter(([action, resource]) => action.includes('*') || resource.includes('*'))
    .filter(([action, resource]) => !ALLOWED.some((one) => one.resource.test(resource) && one.actions.test(action)))
    .map(([action, resource]) => `${action} on ${resource}`);
}

const all = [...statementsOf(data), ...statementsOf(processing)];

test('no role may do more than it names', () => {
  expect(all.length).toBeGreaterThan(20);
  expect(all.flatMap(({ role, statement }) => tooWide(statement).map((what) => `${role}: ${what}`))).toEqual([]);
});

test.each([
  { Effect: 'Allow', Action: 'dynamodb:*', Resource: 'arn:aws:dynamodb:::table/a' },
  { Effect: 'Allow', Action: ['s3:GetObject', 's3:ListBucket'], Resource: '*' },
  { Effect: 'Allow', Action: 's3:GetObject', Resource: { 'Fn::Join': ['', [{ Ref: 'Archive' }, '/v1/*']] } },
])('a wide statement is found: %j', (statement) => {
  expect(tooWide(statement)).not.toEqual([]);
});

test('no role has a policy of AWS, which may grow without us', () => {
  for (const template of [data, processing])
    for (const role of Object.values(template.findResources('AWS::IAM::Role')))
      expect(role.Properties.ManagedPolicyArns ?? []).toEqual([]);
});

test('the reader of the archive writes nothing but the journal and events, and touches no item', () => {
  const own = all.filter(({ role }) => role.includes('ArchiveRole')).map(({ statement }) => statement);
  const actions = own.flatMap(({ Action }) => list(Action));
  expect(actions).not.toContain('events:PutEvents');
  expect(actions).not.toContain('s3:DeleteObject');
  const written = own.filter(({ Action }) => list(Action).includes('s3:PutObject'));
  expect(written.flatMap(({ Resource }) => list(Resource).map(textOf)).filter((text) => text.includes('/v1/'))).toEqual(
    [expect.stringContaining('/v1/journal/'), expect.stringContaining('/v1/events/')],
  );
});
