import type { System } from '../../../shared/model/system.ts';
import { feedLine } from '../../feed/feedLine.ts';

/** What to type beside a pipeline that runs: what writes, where it comes with the project, and what shows what came of it. */
export function nextCommands(system: System): string {
  const feed = feedLine(system);
  if (feed === undefined) return "'npx afterwrite stats --system FILE', with the file of before";
  const stats = system.name === 'reviewer' ? 'stats stacks' : `stats --system ${system.name}`;
  return `'npx ${feed}', then 'npx afterwrite ${stats}'`;
}
