import * as z from 'zod';
import { busNameOf, ruleNamesOf } from './arn.ts';
import { notFound } from './errors.ts';
import { parse } from './input.ts';
import { MAX_PER_CALL, MAX_TAG_KEY_LENGTH, MAX_TAG_VALUE_LENGTH, MAX_TAGS, MAX_TARGET_ARN_LENGTH } from './limits.ts';
import type { Bus, Rule } from './registry.ts';
import { requiredBus, requiredRule, type Service } from './service.ts';

const tag = z.object({
  Key: z.string().min(1).max(MAX_TAG_KEY_LENGTH),
  Value: z.string().max(MAX_TAG_VALUE_LENGTH),
});
export const tagList = z.array(tag).max(MAX_TAGS);
type Tag = z.infer<typeof tag>;

const ResourceARN = z.string().min(1).max(MAX_TARGET_ARN_LENGTH);
const tagInput = z.object({ ResourceARN, Tags: tagList });
const untagInput = z.object({ ResourceARN, TagKeys: z.array(z.string().min(1)).max(MAX_PER_CALL) });
const listInput = z.object({ ResourceARN });

/** A bus or a rule, whichever the ARN names. */
const tagged = (service: Service, arn: string): Bus | Rule => {
  const names = ruleNamesOf(service.place, arn);
  if (names !== undefined) return requiredRule(requiredBus(service, names.bus), names.rule);
  if (busNameOf(service.place, arn) === undefined || !arn.startsWith('arn:')) throw notFound(`${arn} does not exist.`);
  return requiredBus(service, arn);
};

/** A tag replaces one of the same key. */
const setTags = async (service: Service, arn: string, change: (tags: readonly Tag[]) => Tag[]): Promise<object> => {
  const resource = tagged(service, arn);
  resource.tags = change(resource.tags ?? []);
  await service.save();
  return {};
};

export const tagResource = (service: Service, body: unknown): Promise<object> => {
  const { ResourceARN: arn, Tags } = parse(tagInput, body);
  const added = new Set(Tags.map(({ Key }) => Key));
  return setTags(service, arn, (tags) => [...tags.filter(({ Key }) => !added.has(Key)), ...Tags]);
};

export const untagResource = (service: Service, body: unknown): Promise<object> => {
  const { ResourceARN: arn, TagKeys } = parse(untagInput, body);
  return setTags(service, arn, (tags) => tags.filter(({ Key }) => !TagKeys.includes(Key)));
};

export const listTagsForResource = async (service: Service, body: unknown): Promise<object> => ({
  Tags: tagged(service, parse(listInput, body).ResourceARN).tags ?? [],
});
