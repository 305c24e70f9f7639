import { AfterwriteError } from './errors.ts';
import type { System } from './system.ts';

/** The one system that a module exports, whatever its name there. Throws USAGE. @param from what a person knows the module by */
export function exportedSystem(module: object, from: string): System {
  const systems = Object.values(module).filter(isSystem);
  const [system] = systems;
  if (system && systems.length === 1) return system;
  throw new AfterwriteError('USAGE', `${from} exports ${systems.length} systems`, {
    mend: "let it export one: 'export const shop = defineSystem({ … })'",
  });
}

function isSystem(value: unknown): value is System {
  if (typeof value !== 'object' || value === null) return false;
  const { name, entities, sourceOf } = value as Partial<System>;
  return typeof name === 'string' && Array.isArray(entities) && typeof sourceOf === 'function';
}
