import { Validations } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { IConstruct } from 'constructs';
import { statementsOf, wideIn } from './wildcards.ts';

/** Rules of cdk-nag's AwsSolutions that do not hold here, each with its reason; those of wildcards are in wildcards.ts. */
const REASONS = {
  'AwsSolutions-SQS3': 'It is a dead-letter queue itself: who looks at it is a person, told by an alarm.',
  'AwsSolutions-ECS2': 'Its environment holds names, and nothing secret: test/infra holds it to that.',
  'AwsSolutions-S1': 'It is the bucket of access logs itself: logging it to itself would never end.',
} as const;

/** Acknowledges what is afterwrite's in a construct, as soon as the app is whole; a finding on anything else stands. */
export function acknowledgeOwn(scope: IConstruct): void {
  scope.node.addValidation({
    validate: () => {
      for (const node of scope.node.findAll()) acknowledge(node);
      return [];
    },
  });
}

function acknowledge(node: IConstruct): void {
  const validations = Validations.of(node);
  const own = (id: keyof typeof REASONS): void => validations.acknowledge({ id, reason: REASONS[id] });
  if (node instanceof sqs.Queue) own('AwsSolutions-SQS3');
  if (node instanceof s3.Bucket && node.node.id === 'AccessLogs') own('AwsSolutions-S1');
  if (node instanceof ecs.FargateTaskDefinition) own('AwsSolutions-ECS2');
  if (node instanceof iam.CfnPolicy)
    for (const { resource, why } of statementsOf(node).flatMap(wideIn))
      if (why !== undefined) validations.acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason: why });
}
