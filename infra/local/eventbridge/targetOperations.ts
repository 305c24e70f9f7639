import * as z from 'zod';
import { limitExceeded } from './errors.ts';
import { busReference, pageRequest, parse, ruleName } from './input.ts';
import { MAX_PER_CALL, MAX_TARGET_ARN_LENGTH, MAX_TARGETS_PER_RULE } from './limits.ts';
import { pageOf } from './pages.ts';
import { requiredBus, requiredRule, type Service } from './service.ts';
import { checkTarget, targetId, targetParameters } from './targetParameters.ts';

const ofRule = { Rule: ruleName, EventBusName: busReference.optional() };

const NONE_FAILED = { FailedEntryCount: 0, FailedEntries: [] };

const putInput = z.object({
  ...ofRule,
  Targets: z.array(targetParameters).min(1).max(MAX_PER_CALL),
});

/** Any ARN is taken, as on AWS: whether a target can be reached shows at delivery. A target's id replaces the same id. */
export const putTargets = async (service: Service, body: unknown): Promise<object> => {
  const { Rule, EventBusName, Targets } = parse(putInput, body);
  const bus = requiredBus(service, EventBusName);
  const rule = requiredRule(bus, Rule);
  for (const target of Targets) checkTarget(target);
  const byId = new Map([...rule.targets, ...Targets].map((target) => [target.Id, target]));
  if (byId.size > MAX_TARGETS_PER_RULE) throw limitExceeded();
  bus.rules.set(Rule, { ...rule, targets: [...byId.values()] });
  await service.save();
  return NONE_FAILED;
};

const removeInput = z.object({ ...ofRule, Ids: z.array(targetId).min(1).max(MAX_PER_CALL) });

export const removeTargets = async (service: Service, body: unknown): Promise<object> => {
  const { Rule, EventBusName, Ids } = parse(removeInput, body);
  const bus = requiredBus(service, EventBusName);
  const rule = requiredRule(bus, Rule);
  bus.rules.set(Rule, { ...rule, targets: rule.targets.filter((target) => !Ids.includes(target.Id)) });
  await service.save();
  return NONE_FAILED;
};

const byTargetInput = z.object({
  TargetArn: z.string().min(1).max(MAX_TARGET_ARN_LENGTH),
  EventBusName: busReference.optional(),
  ...pageRequest,
});

export const listRuleNamesByTarget = async (service: Service, body: unknown): Promise<object> => {
  const { TargetArn, EventBusName, ...page } = parse(byTargetInput, body);
  const rules = [...requiredBus(service, EventBusName).rules.values()];
  const names = rules.filter(({ targets }) => targets.some(({ Arn }) => Arn === TargetArn)).map(({ name }) => name);
  const { items, ...next } = pageOf(names, (name) => name, page);
  return { RuleNames: items, ...next };
};

const listInput = z.object({ ...ofRule, ...pageRequest });

export const listTargetsByRule = async (service: Service, body: unknown): Promise<object> => {
  const { Rule, EventBusName, ...page } = parse(listInput, body);
  const rule = requiredRule(requiredBus(service, EventBusName), Rule);
  const { items, ...next } = pageOf(rule.targets, (target) => target.Id, page);
  return { Targets: items, ...next };
};
