import * as z from 'zod';
import { ruleArn } from './arn.ts';
import { invalid, invalidPattern, limitExceeded } from './errors.ts';
import { busReference, pageRequest, parse, patternText, ruleName } from './input.ts';
import { MAX_DESCRIPTION_LENGTH, MAX_RULES_PER_BUS } from './limits.ts';
import { pageOf } from './pages.ts';
import { compile } from './pattern/compile.ts';
import { InvalidPattern, type Pattern } from './pattern/pattern.ts';
import { type Bus, DISABLED, type Rule } from './registry.ts';
import { requiredBus, requiredRule, type Service } from './service.ts';
import { tagList } from './tags.ts';

const ENABLED = 'ENABLED';

const putInput = z.object({
  Name: ruleName,
  EventPattern: patternText.optional(),
  ScheduleExpression: z.string().max(256).optional(),
  State: z.enum([ENABLED, DISABLED, 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS']).optional(),
  Description: z.string().max(MAX_DESCRIPTION_LENGTH).optional(),
  RoleArn: z.string().max(1_600).optional(),
  EventBusName: busReference.optional(),
  Tags: tagList.optional(),
});

/** A rule that exists is replaced, parameters that are left out included; only its targets and tags stay. */
export const putRule = async (service: Service, body: unknown): Promise<object> => {
  const input = parse(putInput, body);
  const bus = requiredBus(service, input.EventBusName);
  if (input.ScheduleExpression) throw invalid('ScheduleExpression is not supported by the local endpoint.');
  if (!input.EventPattern) throw invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.');
  const pattern = compiledPattern(input.EventPattern);
  const before = bus.rules.get(input.Name);
  if (before === undefined && bus.rules.size >= MAX_RULES_PER_BUS) throw limitExceeded();
  bus.rules.set(input.Name, {
    name: input.Name,
    eventPattern: input.EventPattern,
    pattern,
    state: input.State ?? ENABLED,
    description: input.Description,
    roleArn: input.RoleArn,
    targets: before?.targets ?? [],
    tags: before?.tags ?? input.Tags,
  });
  await service.save();
  return { RuleArn: ruleArn(service.place, bus.name, input.Name) };
};

export const compiledPattern = (text: string): Pattern => {
  try {
    return compile(text);
  } catch (error) {
    throw error instanceof InvalidPattern ? invalidPattern(error.message) : error;
  }
};

const ruleInput = z.object({ Name: ruleName, EventBusName: busReference.optional() });

export const describeRule = async (service: Service, body: unknown): Promise<object> => {
  const { Name, EventBusName } = parse(ruleInput, body);
  const bus = requiredBus(service, EventBusName);
  return { ...shown(service, bus, requiredRule(bus, Name)), CreatedBy: service.place.account };
};

const listInput = z.object({
  NamePrefix: ruleName.optional(),
  EventBusName: busReference.optional(),
  ...pageRequest,
});

export const listRules = async (service: Service, body: unknown): Promise<object> => {
  const { NamePrefix = '', EventBusName, ...page } = parse(listInput, body);
  const bus = requiredBus(service, EventBusName);
  const named = [...bus.rules.values()].filter((rule) => rule.name.startsWith(NamePrefix));
  const { items, ...next } = pageOf(named, (rule) => rule.name, page);
  return { Rules: items.map((rule) => shown(service, bus, rule)), ...next };
};

/** Deleting a rule that is not there succeeds. */
export const deleteRule = async (service: Service, body: unknown): Promise<object> => {
  const { Name, EventBusName } = parse(ruleInput, body);
  const bus = requiredBus(service, EventBusName);
  if ((bus.rules.get(Name)?.targets.length ?? 0) > 0) throw invalid("Rule can't be deleted since it has targets.");
  if (bus.rules.delete(Name)) await service.save();
  return {};
};

const inState =
  (state: string) =>
  async (service: Service, body: unknown): Promise<object> => {
    const { Name, EventBusName } = parse(ruleInput, body);
    const bus = requiredBus(service, EventBusName);
    bus.rules.set(Name, { ...requiredRule(bus, Name), state });
    await service.save();
    return {};
  };

export const enableRule = inState(ENABLED);
export const disableRule = inState(DISABLED);

const shown = (service: Service, bus: Bus, rule: Rule): object => ({
  Name: rule.name,
  Arn: ruleArn(service.place, bus.name, rule.name),
  EventPattern: rule.eventPattern,
  State: rule.state,
  Description: rule.description,
  RoleArn: rule.roleArn,
  EventBusName: bus.name,
});
