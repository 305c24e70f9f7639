import { Stack } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';

/** What may end with `*`, or be it, in what a policy allows: every other one is refused by cdk-nag and by our own test. */
interface Wildcard {
  /** Of the resource as `flatten` tells it. */
  readonly resource: RegExp;
  readonly actions: RegExp;
  readonly why: string;
}

export const WILDCARDS: readonly Wildcard[] = [
  {
    resource: /^\*$/,
    actions: /^xray:Put(TraceSegments|TelemetryRecords)$/,
    why: 'Traces have no resource.',
  },
  {
    resource: /^\*$/,
    actions: /^ecr:GetAuthorizationToken$/,
    why: 'The token of a registry has no resource.',
  },
  {
    resource: /^\*$/,
    actions: /^ec2:(Create|Delete)NetworkInterface$|^ec2:Describe(NetworkInterfaces|Subnets)$/,
    why: 'Network interfaces of a function in a VPC have no resource that is known before they are made.',
  },
  {
    resource: /\/v1\/[a-z]+\/[a-z0-9-]+\/[a-z0-9-]+\/(_\/[^/*]+\/)?\*$/,
    actions: /^s3:(Get|Put|Delete|Restore)Object$/,
    why: 'The objects of one dataset, of one system in one stage.',
  },
  {
    resource: /Failed[^/*]*\/\*$/,
    actions: /^s3:PutObject$/,
    why: 'Lambda itself names what it gives up on, in a bucket that holds nothing else.',
  },
  {
    resource: /\/stream\/\*$/,
    actions: /^dynamodb:ListStreams$/,
    why: "The streams of the one table: a mapping's role is asked for it.",
  },
  {
    resource: /^[^*]+\/\*$/,
    actions: /^s3:GetObject(Version)?$/,
    why: 'Items refer to objects of this bucket, by any key.',
  },
];

export interface Statement {
  readonly Effect?: string;
  readonly Action?: string | readonly string[];
  readonly Resource?: unknown;
}

interface Wide {
  readonly action: string;
  readonly resource: string;
  /** Undefined: nobody said why. */
  readonly why: string | undefined;
}

/** Each pair of action and resource of a statement that holds a `*`. */
export function wideIn({ Effect, Action = [], Resource = [] }: Statement): Wide[] {
  if (Effect !== 'Allow') return [];
  const pairs = listOf(Action).flatMap((action) =>
    listOf(Resource).map((resource) => ({ action: String(action), resource: flatten(resource) })),
  );
  return pairs
    .filter(({ action, resource }) => action.includes('*') || resource.includes('*'))
    .map((pair) => ({
      ...pair,
      why: WILDCARDS.find((one) => one.resource.test(pair.resource) && one.actions.test(pair.action))?.why,
    }));
}

/** Of a policy as it will be in the template: references between stacks are known once the app is whole. */
export const statementsOf = (policy: iam.CfnPolicy): readonly Statement[] =>
  (Stack.of(policy).resolve(policy.policyDocument) as { Statement?: readonly Statement[] }).Statement ?? [];

const listOf = (one: unknown): readonly unknown[] => (Array.isArray(one) ? one : [one]);

/** A value of a template as text, as cdk-nag names it in what it finds: `<Name.Arn>/v1/*`. */
function flatten(value: unknown): string {
  if (typeof value === 'string') return value.replaceAll('${', '<').replaceAll('}', '>');
  const { Ref, ...rest } = value as Record<string, unknown>;
  if (Ref !== undefined) return `<${flatten(Ref)}>`;
  const [delimiter, parts] = (rest['Fn::Join'] as [string, unknown[]] | undefined) ?? [];
  if (parts) return parts.map(flatten).join(delimiter);
  if (rest['Fn::GetAtt']) return `<${(rest['Fn::GetAtt'] as unknown[]).map(flatten).join('.')}>`;
  return flatten(rest['Fn::ImportValue'] ?? rest['Fn::Sub'] ?? JSON.stringify(value));
}
