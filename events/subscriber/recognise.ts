import type { EventRule } from '../../shared/model/event.ts';
import type { Metadata } from './open.ts';
import { checked, type Upcast, unreadable } from './upcast.ts';

/** What a subscriber needs of an event. */
export type DeclaredEvent = Pick<EventRule, 'type' | 'version' | 'schema'>;

/** What a subscriber needs of a system: its name and the events that are read, so that no other code of it has to be there. */
export interface Declared<Rule extends DeclaredEvent = DeclaredEvent> {
  readonly name: string;
  readonly events: readonly Rule[];
}

/** Steps by type, and by the version that they start from. */
export type Upcasts<Type extends string = string> = {
  readonly [Of in Type]?: Readonly<Record<number, Upcast>>;
};

export type Ignored = 'other-system' | 'unknown-type' | 'no-handler' | 'newer-version';

/** Reads an event's data: up the steps, then by the rule. Throws EVENT_UNREADABLE. */
export type Read = (data: unknown) => unknown;

/**
 * What to do with an event, before anything is remembered of it. A newer version than any that is declared is left alone:
 * the version that is known is published beside it, under the same id. An older one goes up as far as the steps lead, and
 * must then be a declared one: reading throws EVENT_UNREADABLE where it is not, and not before, so that it is a mere duplicate
 * where its newer version has been handled.
 */
export function recognise(declared: Declared, upcasts: Upcasts, { type, version, subject }: Metadata): Ignored | Read {
  const rules = declared.events.filter((rule) => rule.type === type);
  if (rules.length === 0) return 'unknown-type';
  if (rules.every((rule) => rule.version < version)) return 'newer-version';
  const steps = Object.hasOwn(upcasts, type) ? (upcasts[type] ?? {}) : {};
  return (data) => readUp(rules, steps, data, { type, version, subject });
}

function readUp(
  rules: readonly DeclaredEvent[],
  steps: Readonly<Record<number, Upcast>>,
  data: unknown,
  { type, version, subject }: Pick<Metadata, 'type' | 'version' | 'subject'>,
): unknown {
  const newest = Math.max(...rules.map((rule) => rule.version));
  let reached = version;
  let value = data;
  for (let step = steps[reached]; step !== undefined && reached < newest; step = steps[reached]) {
    value = step.apply(value, `${type} ${reached} of ${subject}`);
    reached++;
  }
  const rule = rules.find((one) => one.version === reached);
  if (rule) return checked(rule.schema, value, `${type} ${reached} of ${subject}`);
  throw unreadable(
    `${type} ${version} of ${subject} is older than what is declared, and no steps lead up from ${reached}`,
    `add upcasts: { ${type}: { ${reached}: upcast(…) } }`,
  );
}
