import type { System } from '../model/system.ts';
import { incidents } from './incidents.ts';
import { k9 } from './k9.ts';
import { organizations } from './organizations.ts';
import { reviewer } from './reviewer.ts';
import { workbench } from './workbench.ts';

/** Every system that is declared here, by name. */
export const SYSTEMS: Readonly<Record<string, System>> = { reviewer, incidents, workbench, organizations, k9 };
