import type { Clock } from '../../../shared/ports/clock.ts';
import { busNameOf, type Place } from './arn.ts';
import type { Delivery } from './delivery.ts';
import { notFound } from './errors.ts';
import type { Bus, Registry, Rule } from './registry.ts';

/** What the operations work on. */
export interface Service {
  readonly place: Place;
  readonly clock: Clock;
  readonly registry: Registry;
  readonly delivery: Delivery;
  /** To be awaited by every operation that changes the registry, before it answers. */
  save(): Promise<void>;
}

export const requiredBus = (service: Service, reference: string | undefined): Bus => {
  const name = busNameOf(service.place, reference);
  const bus = name === undefined ? undefined : service.registry.get(name);
  if (bus === undefined) throw notFound(`Event bus ${name ?? reference} does not exist.`);
  return bus;
};

export const requiredRule = (bus: Bus, name: string): Rule => {
  const rule = bus.rules.get(name);
  if (rule === undefined) throw notFound(`Rule ${name} does not exist on EventBus ${bus.name}.`);
  return rule;
};
