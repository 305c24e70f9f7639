import type { System } from '../../shared/model/system.ts';
import type { Log } from '../../shared/ports/log.ts';
import type { StateStore } from '../../shared/ports/stateStore.ts';
import {
  beginDeclared,
  type DeclarationChange,
  declarationChanges,
  markMixed,
  requireReadable,
} from '../../shared/state/declared.ts';

export const REBUILD_CHANGED = "until 'afterwrite rebuild --changed' its numbers are not what is declared";

/**
 * Holds what is declared against what the aggregates were counted by, before the first change is read. Reading goes on
 * all the same: a rebuild is exact beside readers that run today's declaration. Throws DECLARATION_WRONG.
 */
export async function noteDeclared(system: System, state: StateStore, log: Log): Promise<void> {
  await beginDeclared(system, state);
  const changes = await declarationChanges(system, state);
  requireReadable(changes);
  await markMixed(state, changes);
  for (const change of changes)
    log.warn({ statistic: change.statistic }, `the declaration changed: ${inWords(change)}; ${REBUILD_CHANGED}`);
}

export const inWords = ({ statistic, differences }: DeclarationChange): string =>
  `${statistic}: ${differences.join('; ')}`;
