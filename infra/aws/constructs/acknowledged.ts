import { Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { IConstruct } from 'constructs';

/** Rules of cdk-nag's AwsSolutions that do not hold here, each with its reason. */
const REASONS = {
  'AwsSolutions-IAM5':
    'Objects of a dataset have one prefix, and its end is the only wildcard; streams of the one table; X-Ray and network interfaces take no resource. test/unit/aws/leastPrivilege.test.ts holds every statement to that list.',
  'AwsSolutions-SQS3': 'It is a dead-letter queue itself: who looks at it is a person, told by an alarm.',
  'AwsSolutions-S1': 'It is the bucket of access logs itself: logging it to itself would never end.',
} as const;

const acknowledge = (construct: IConstruct, id: keyof typeof REASONS): void =>
  Validations.of(construct).acknowledge({ id, reason: REASONS[id] });

/** Acknowledges what is afterwrite's in a construct; a finding on anything else stands. */
export function acknowledgeAll(scope: IConstruct): void {
  for (const node of scope.node.findAll()) {
    if (node instanceof iam.Role) acknowledge(node, 'AwsSolutions-IAM5');
    if (node instanceof sqs.Queue) acknowledge(node, 'AwsSolutions-SQS3');
    if (node instanceof s3.Bucket && node.node.id === 'AccessLogs') acknowledge(node, 'AwsSolutions-S1');
  }
}
