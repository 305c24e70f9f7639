import type { System } from '../../shared/model/system.ts';
import { SYSTEMS } from '../../shared/systems/systems.ts';

/** The command that writes something to look at; undefined: of a system of one's own nobody else knows what is written. */
export function feedLine({ name }: System): string | undefined {
  if (name === 'reviewer') return 'afterwrite feed test/fixtures/terraform-reviews.ndjson.gz --limit 120';
  return Object.hasOwn(SYSTEMS, name) ? `afterwrite feed --system ${name} --generate 10` : undefined;
}
