import { leftBehind } from '../../processors/statistics/leftBehind.ts';
import { type DeclarationChange, declarationChanges, requireReadable } from '../../shared/state/declared.ts';
import { inWords, REBUILD_CHANGED } from '../pipeline/declared.ts';
import type { Workplace } from '../pipeline/workplace.ts';
import { note, thousands } from './output.ts';

/** Says beside a command's result what was counted by another declaration. Throws DECLARATION_WRONG. */
export async function noteChanges({ system, state }: Workplace): Promise<DeclarationChange[]> {
  const changes = await declarationChanges(system, state);
  requireReadable(changes);
  for (const change of changes) note(`The declaration changed: ${inWords(change)}; ${REBUILD_CHANGED}.`);
  return changes;
}

/** What a changed key or a statistic that is gone leaves in the table. Scans it, where there is such a change. */
export async function noteLeftBehind(
  { system, table }: Workplace,
  changes: readonly DeclarationChange[],
): Promise<void> {
  const names = changes.filter(({ leavesItems }) => leavesItems).map(({ statistic }) => statistic);
  if (names.length === 0) return;
  for (const { statistic, items, sample } of await leftBehind(system, table, names))
    note(
      `${thousands(items)} items of '${statistic}' stay in the table under other keys, such as ${sample}: nothing keeps them right any more; delete them once nobody reads them.`,
    );
}
