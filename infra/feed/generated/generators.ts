import { AfterwriteError } from '../../../shared/model/errors.ts';
import type { System } from '../../../shared/model/system.ts';
import { incidentLives } from './incidents.ts';
import { k9Lives } from './k9.ts';
import type { LifeGenerator } from './lives.ts';
import { organizationLives } from './organizations.ts';
import { workbenchLives } from './workbench.ts';

/** How realistic lives go, by the system's name. */
const GENERATORS: Readonly<Record<string, LifeGenerator>> = {
  incidents: incidentLives,
  k9: k9Lives,
  workbench: workbenchLives,
  organizations: organizationLives,
};

/** Throws USAGE. */
export function generatorOf({ name }: System): LifeGenerator {
  const generator = GENERATORS[name];
  if (generator && Object.hasOwn(GENERATORS, name)) return generator;
  const known = Object.keys(GENERATORS);
  throw new AfterwriteError('USAGE', `no lives are generated for '${name}'`, {
    mend: `give a file, or --system with one of: ${known.join(', ')}`,
  });
}
