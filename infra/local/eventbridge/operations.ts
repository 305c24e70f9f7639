import { createEventBus, deleteEventBus, describeEventBus, listEventBuses, updateEventBus } from './busOperations.ts';
import { ServiceError } from './errors.ts';
import { putEvents } from './putEvents.ts';
import { deleteRule, describeRule, disableRule, enableRule, listRules, putRule } from './ruleOperations.ts';
import type { Service } from './service.ts';
import { listTagsForResource, tagResource, untagResource } from './tags.ts';
import { listRuleNamesByTarget, listTargetsByRule, putTargets, removeTargets } from './targetOperations.ts';
import { testEventPattern } from './testEventPattern.ts';

type Operation = (service: Service, body: unknown) => Promise<object>;

/** All that this endpoint can do, by the name that the SDK sends. */
const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['PutEvents', putEvents],
  ['CreateEventBus', createEventBus],
  ['DescribeEventBus', describeEventBus],
  ['ListEventBuses', listEventBuses],
  ['UpdateEventBus', updateEventBus],
  ['DeleteEventBus', deleteEventBus],
  ['PutRule', putRule],
  ['DescribeRule', describeRule],
  ['ListRules', listRules],
  ['DeleteRule', deleteRule],
  ['EnableRule', enableRule],
  ['DisableRule', disableRule],
  ['PutTargets', putTargets],
  ['RemoveTargets', removeTargets],
  ['ListTargetsByRule', listTargetsByRule],
  ['ListRuleNamesByTarget', listRuleNamesByTarget],
  ['TagResource', tagResource],
  ['UntagResource', untagResource],
  ['ListTagsForResource', listTagsForResource],
  ['TestEventPattern', testEventPattern],
]);

export const operationNamed = (name: string): Operation => {
  const operation = OPERATIONS.get(name);
  if (operation === undefined) {
    throw new ServiceError('UnknownOperationException', `The local EventBridge has no operation ${name}.`);
  }
  return operation;
};
