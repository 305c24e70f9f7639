import type { System } from '../../../shared/model/system.ts';
import { SYSTEMS } from '../../../shared/systems/systems.ts';

const REVIEWS = 'afterwrite feed test/fixtures/terraform-reviews.ndjson.gz --limit 120';

/** What to type beside a pipeline that runs: what writes, where it comes with the project, and what shows what came of it. */
export function nextCommands({ name }: System): string {
  if (name === 'reviewer') return `'npx ${REVIEWS}', then 'npx afterwrite stats stacks'`;
  if (!Object.hasOwn(SYSTEMS, name)) return "'npx afterwrite stats --system FILE', with the file of before";
  return `'npx afterwrite feed --system ${name} --generate 10', then 'npx afterwrite stats --system ${name}'`;
}
