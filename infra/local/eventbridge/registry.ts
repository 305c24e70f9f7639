import * as z from 'zod';
import { DEFAULT_BUS } from './arn.ts';
import { compile } from './pattern/compile.ts';
import type { Pattern } from './pattern/pattern.ts';
import { targetParameters } from './targetParameters.ts';

const tags = z.array(z.object({ Key: z.string(), Value: z.string() })).optional();

const ruleSchema = z.object({
  name: z.string(),
  eventPattern: z.string(),
  state: z.string(),
  description: z.string().optional(),
  roleArn: z.string().optional(),
  targets: z.array(targetParameters),
  tags,
});

const busSchema = z.object({
  name: z.string(),
  description: z.string().optional(),
  /** Milliseconds since the epoch. */
  createdAt: z.number(),
  modifiedAt: z.number(),
  /** Kept and shown, not acted upon. */
  encryption: z.string().optional(),
  deadLetters: z.object({ Arn: z.string().optional() }).optional(),
  tags,
  rules: z.array(ruleSchema),
});

/** Buses, rules and targets as they are kept on disk. */
export const snapshotSchema = z.object({ version: z.literal(1), buses: z.array(busSchema) });
export type Snapshot = z.infer<typeof snapshotSchema>;

export interface Rule extends z.infer<typeof ruleSchema> {
  readonly pattern: Pattern;
}

export const DISABLED = 'DISABLED';

export const isEnabled = (rule: Rule): boolean => rule.state !== DISABLED;

export interface Bus extends Omit<z.infer<typeof busSchema>, 'rules'> {
  readonly rules: Map<string, Rule>;
}

export type Registry = Map<string, Bus>;

/** A registry always has the default bus. */
export const registryOf = (snapshot: Snapshot | undefined, now: number): Registry => {
  const initial: Bus = { name: DEFAULT_BUS, createdAt: now, modifiedAt: now, rules: new Map() };
  const registry: Registry = new Map([[DEFAULT_BUS, initial]]);
  for (const bus of snapshot?.buses ?? []) {
    const rules = bus.rules.map((rule): [string, Rule] => [
      rule.name,
      { ...rule, pattern: compile(rule.eventPattern) },
    ]);
    registry.set(bus.name, { ...bus, rules: new Map(rules) });
  }
  return registry;
};

export const snapshotOf = (registry: Registry): Snapshot => ({
  version: 1,
  buses: [...registry.values()].map((bus) => ({
    ...bus,
    rules: [...bus.rules.values()].map(({ pattern: _, ...rule }) => rule),
  })),
});
