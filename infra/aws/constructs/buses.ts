import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { namesOf } from '../../../shared/model/names.ts';
import type { System } from '../../../shared/model/system.ts';
import { resourceName } from './resourceNames.ts';

interface BusesProps {
  readonly system: System;
  readonly stage: string;
  readonly source: string;
  readonly encryptionKey?: kms.IKey;
}

const KEPT = Duration.days(14);
const TRY_FOR = Duration.hours(24);
/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html */
const TRIES = 185;

/** How a target is tried, and where its events go that it never took. */
export const deliveryOf = (deadLetterQueue: sqs.IQueue) => ({
  deadLetterQueue,
  retryAttempts: TRIES,
  maxEventAge: TRY_FOR,
});

/** A queue of what a target never took: encrypted, by TLS alone, for two weeks. */
export const deadLetters = (scope: Construct, id: string, queueName: string): sqs.Queue =>
  new sqs.Queue(scope, id, {
    queueName,
    encryption: sqs.QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: KEPT,
  });

/** The bus, the replay bus, and on each the rule that logs every event: the same that `afterwrite provision` makes. */
export class Buses extends Construct {
  readonly bus: events.EventBus;
  readonly replayBus: events.EventBus;
  readonly deadLetters: sqs.Queue;

  constructor(scope: Construct, id: string, { system, stage, source, encryptionKey }: BusesProps) {
    super(scope, id);
    const names = namesOf(system, stage);
    const key = encryptionKey ? { kmsKey: encryptionKey } : {};
    this.bus = new events.EventBus(this, 'Bus', { eventBusName: names.bus, ...key });
    this.replayBus = new events.EventBus(this, 'ReplayBus', { eventBusName: names.replayBus, ...key });
    this.deadLetters = deadLetters(this, 'LogDeadLetters', resourceName(system, 'log-dead-letters', stage));
    const groups = [
      this.#logRule('Log', this.bus, names.logGroup, source),
      this.#logRule('ReplayLog', this.replayBus, names.replayLogGroup, source),
    ];
    new logs.ResourcePolicy(this, 'LogPolicy', {
      resourcePolicyName: resourceName(system, 'events-to-logs', stage),
      policyStatements: [
        new iam.PolicyStatement({
          principals: [new iam.ServicePrincipal('events.amazonaws.com')],
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: groups.map((group) => group.logGroupArn),
          conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
        }),
      ],
    });
  }

  #logRule(id: string, bus: events.EventBus, logGroupName: string, source: string): logs.LogGroup {
    const group = new logs.LogGroup(this, `${id}Group`, {
      logGroupName,
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const rule = new events.Rule(this, `${id}Rule`, {
      ruleName: 'afterwrite-log',
      eventBus: bus as events.IEventBus,
      eventPattern: { source: [source] },
    });
    // A rule's target is the group without the `:*` that CloudFormation ends its ARN with.
    const arn = Stack.of(this).formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: logGroupName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    rule.addTarget({
      bind: () => ({
        id: '',
        arn,
        deadLetterConfig: { arn: this.deadLetters.queueArn },
        retryPolicy: { maximumRetryAttempts: TRIES, maximumEventAgeInSeconds: TRY_FOR.toSeconds() },
      }),
    });
    this.deadLetters.addToResourcePolicy(sendsFrom(rule, this.deadLetters));
    return group;
  }
}

const sendsFrom = (rule: events.Rule, queue: sqs.Queue): iam.PolicyStatement =>
  new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal('events.amazonaws.com')],
    actions: ['sqs:SendMessage'],
    resources: [queue.queueArn],
    conditions: { ArnEquals: { 'aws:SourceArn': rule.ruleArn } },
  });
