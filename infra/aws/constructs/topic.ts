import { Stack } from 'aws-cdk-lib';
import * as budgets from 'aws-cdk-lib/aws-budgets';
import type * as events from 'aws-cdk-lib/aws-events';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { deliveryOf } from './buses.ts';

const SENDERS = ['cloudwatch.amazonaws.com', 'events.amazonaws.com', 'budgets.amazonaws.com'];

/** Where a person is told. TLS alone; with a key of the customer's where one is given, which its senders may then use. */
export function alertTopic(scope: Construct, topicName: string, key: kms.IKey | undefined): sns.Topic {
  const topic = new sns.Topic(scope, 'Alerts', { topicName, enforceSSL: true, ...(key && { masterKey: key }) });
  const { account } = Stack.of(scope);
  const conditions = { StringEquals: { 'aws:SourceAccount': account } };
  const principals = SENDERS.map((name) => new iam.ServicePrincipal(name));
  topic.addToResourcePolicy(
    new iam.PolicyStatement({ principals, actions: ['sns:Publish'], resources: [topic.topicArn], conditions }),
  );
  key?.addToResourcePolicy(
    new iam.PolicyStatement({
      principals,
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: ['*'],
      conditions,
    }),
  );
  return topic;
}

interface Told {
  readonly bus: events.EventBus;
  readonly source: string;
  readonly topic: sns.Topic;
  readonly queue: sqs.Queue;
}

/** Tells a person of each event of a type: its id and what it is about, for the rest is in the log group and the archive. */
export function tellOf(scope: Construct, type: string, { bus, source, topic, queue }: Told): Rule {
  const field = (path: string): string => EventField.fromPath(`$.detail.metadata.${path}`);
  const message = RuleTargetInput.fromText(`${type}: ${field('subject')} at ${field('time')}, event ${field('id')}`);
  return new Rule(scope, `Tell${type}`, {
    eventBus: bus as events.IEventBus,
    description: `Tells of each ${type}`,
    eventPattern: { source: [source], detailType: [type] },
    targets: [new targets.SnsTopic(topic, { message, ...deliveryOf(queue) })],
  });
}

/** AWS's own count of what was spent on what is tagged so; the tag must be activated once for cost allocation. */
export function spendAlert(
  scope: Construct,
  { dollars, tag, topic }: { dollars: number; tag: { key: string; value: string }; topic: sns.Topic },
): budgets.CfnBudget {
  const notification = (notificationType: string, threshold: number) => ({
    notification: { notificationType, comparisonOperator: 'GREATER_THAN', threshold, thresholdType: 'PERCENTAGE' },
    subscribers: [{ subscriptionType: 'SNS', address: topic.topicArn }],
  });
  return new budgets.CfnBudget(scope, 'Spend', {
    budget: {
      budgetType: 'COST',
      timeUnit: 'MONTHLY',
      budgetLimit: { amount: dollars, unit: 'USD' },
      costFilters: { TagKeyValue: [`user:${tag.key}$${tag.value}`] },
    },
    notificationsWithSubscribers: [notification('ACTUAL', 80), notification('FORECASTED', 100)],
  });
}
