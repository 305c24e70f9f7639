import * as z from 'zod';
import { busArn, DEFAULT_BUS } from './arn.ts';
import { alreadyExists, invalid, limitExceeded } from './errors.ts';
import { busName, busReference, pageRequest, parse } from './input.ts';
import { MAX_BUSES, MAX_DESCRIPTION_LENGTH, MAX_TARGET_ARN_LENGTH } from './limits.ts';
import { pageOf } from './pages.ts';
import type { Bus } from './registry.ts';
import { requiredBus, type Service } from './service.ts';
import { tagList } from './tags.ts';

/** What CreateEventBus and UpdateEventBus share. */
const settings = {
  Description: z.string().max(MAX_DESCRIPTION_LENGTH).optional(),
  KmsKeyIdentifier: z.string().max(2_048).optional(),
  DeadLetterConfig: z.object({ Arn: z.string().min(1).max(MAX_TARGET_ARN_LENGTH).optional() }).optional(),
};
const createInput = z.object({ Name: busName, ...settings, Tags: tagList.optional() });

export const createEventBus = async (service: Service, body: unknown): Promise<object> => {
  const { Name, Tags, ...given } = parse(createInput, body);
  if (Name.includes('/')) throw invalid("Parameter Name is not valid. Reason: it can't contain '/'.");
  if (service.registry.has(Name)) throw alreadyExists(`Event bus ${Name} already exists.`);
  if (service.registry.size >= MAX_BUSES) throw limitExceeded();
  const now = service.clock.now();
  const bus = { name: Name, ...kept(given), tags: Tags, createdAt: now, modifiedAt: now, rules: new Map() };
  service.registry.set(Name, bus);
  await service.save();
  return { EventBusArn: busArn(service.place, Name), ...given };
};

const updateInput = z.object({ Name: busName.optional(), ...settings });

/** Settings that are left out are taken away; rules, targets and tags stay. */
export const updateEventBus = async (service: Service, body: unknown): Promise<object> => {
  const { Name, ...given } = parse(updateInput, body);
  const bus = requiredBus(service, Name);
  service.registry.set(bus.name, { ...bus, ...kept(given), modifiedAt: service.clock.now() });
  await service.save();
  return { Arn: busArn(service.place, bus.name), Name: bus.name, ...given };
};

type Settings = Omit<z.infer<typeof updateInput>, 'Name'>;

const kept = (given: Settings): Pick<Bus, 'description' | 'encryption' | 'deadLetters'> => ({
  description: given.Description,
  encryption: given.KmsKeyIdentifier,
  deadLetters: given.DeadLetterConfig,
});

const describeInput = z.object({ Name: busReference.optional() });

export const describeEventBus = async (service: Service, body: unknown): Promise<object> =>
  shown(service, requiredBus(service, parse(describeInput, body).Name));

const listInput = z.object({ NamePrefix: z.string().min(1).optional(), ...pageRequest });

export const listEventBuses = async (service: Service, body: unknown): Promise<object> => {
  const { NamePrefix = '', ...page } = parse(listInput, body);
  const named = [...service.registry.values()].filter((bus) => bus.name.startsWith(NamePrefix));
  const { items, ...next } = pageOf(named, (bus) => bus.name, page);
  return { EventBuses: items.map((bus) => shown(service, bus)), ...next };
};

const deleteInput = z.object({ Name: busReference });

export const deleteEventBus = async (service: Service, body: unknown): Promise<object> => {
  const bus = requiredBus(service, parse(deleteInput, body).Name);
  if (bus.name === DEFAULT_BUS) throw invalid(`Cannot delete event bus ${DEFAULT_BUS}.`);
  if (bus.rules.size > 0) throw invalid(`Event bus ${bus.name} can't be deleted since it has rules.`);
  service.registry.delete(bus.name);
  await service.save();
  return {};
};

const shown = (service: Service, bus: Bus): object => ({
  Name: bus.name,
  Arn: busArn(service.place, bus.name),
  Description: bus.description,
  KmsKeyIdentifier: bus.encryption,
  DeadLetterConfig: bus.deadLetters,
  CreationTime: bus.createdAt / 1000,
  LastModifiedTime: bus.modifiedAt / 1000,
});
