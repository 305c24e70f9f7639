import { AfterwriteError } from '../model/errors.ts';
import {
  differencesOf,
  type Fingerprint,
  fingerprintOf,
  unreadableMeasures,
  withDownstream,
} from '../model/fingerprint.ts';
import type { System } from '../model/system.ts';
import type { StateStore } from '../ports/stateStore.ts';

const PK = 'DECLARED';
/** Stands once all fingerprints were stored for the first time: from then on a statistic without one is new. */
const BEGUN = { pk: 'DECLARED_BEGUN', sk: 'ALL' };

const MIXED = 'another declaration has counted in between';

/** A statistic whose aggregates were counted by another declaration than today's, or by none. */
export interface DeclarationChange {
  readonly statistic: string;
  /** In words. */
  readonly differences: readonly string[];
  /** Its aggregates have other keys now, or it is declared no more: what is stored under the old keys stays. */
  readonly leavesItems: boolean;
  /** Measures of another kind than what is stored under their name: neither the stream nor a rebuild can read that. */
  readonly unreadable: readonly string[];
}

/** Whether readers have ever started. */
export const hasBegun = async (state: Pick<StateStore, 'get'>): Promise<boolean> =>
  (await state.get(BEGUN.pk, BEGUN.sk)) !== undefined;

/** Stores what is declared where nothing was stored yet: what counts from now on counts by this. */
export async function beginDeclared(system: System, state: StateStore): Promise<void> {
  if (await hasBegun(state)) return;
  for (const statistic of system.statistics)
    await state.putIfAbsent({ pk: PK, sk: statistic.name, declared: JSON.stringify(fingerprintOf(statistic)) });
  await state.put([BEGUN]);
}

/** What differs from the declaration that the stored aggregates were counted by. */
export async function declarationChanges(system: System, state: StateStore): Promise<DeclarationChange[]> {
  if (!(await hasBegun(state))) return [];
  const stored = await loadDeclared(state);
  const changes: DeclarationChange[] = [];
  for (const statistic of system.statistics) {
    const [known, now] = [stored.get(statistic.name), fingerprintOf(statistic)];
    const before = known?.fingerprint;
    stored.delete(statistic.name);
    const differences = before ? differencesOf(before, now) : ['it is new: what was written before is not counted'];
    if (differences.length === 0 && known?.mixed) differences.push(MIXED);
    if (differences.length > 0)
      changes.push({
        statistic: statistic.name,
        differences,
        leavesItems: before !== undefined && before.key !== now.key,
        unreadable: before ? unreadableMeasures(before, now) : [],
      });
  }
  for (const name of stored.keys())
    changes.push({ statistic: name, differences: ['it is not declared any more'], leavesItems: true, unreadable: [] });
  return changes;
}

/**
 * Stores today's fingerprint of each statistic that was rebuilt together with all that it feeds. One whose followers were
 * not stays named as changed: they do not fit it yet.
 */
export async function settleDeclared(system: System, state: StateStore, rebuilt: ReadonlySet<string>): Promise<void> {
  for (const statistic of system.statistics) {
    const { name } = statistic;
    if (withDownstream(system, [name]).every((one) => rebuilt.has(one.name)))
      await state.put([{ pk: PK, sk: name, declared: JSON.stringify(fingerprintOf(statistic)) }]);
  }
}

/** Those that are declared no more are not named again. */
export async function forgetUndeclared(system: System, state: StateStore): Promise<void> {
  for (const name of (await loadDeclared(state)).keys())
    if (!system.statistics.some((statistic) => statistic.name === name)) await state.remove(PK, name);
}

/**
 * Whoever counts by a changed declaration says so first: the aggregates are of two declarations from then on, also where
 * the change is taken back before anything is rebuilt.
 */
export async function markMixed(state: StateStore, changes: readonly DeclarationChange[]): Promise<void> {
  const stored = await loadDeclared(state);
  for (const { statistic } of changes) {
    const known = stored.get(statistic);
    if (known && !known.mixed)
      await state.put([{ pk: PK, sk: statistic, declared: JSON.stringify(known.fingerprint), mixed: true }]);
  }
}

interface Declared {
  readonly fingerprint: Fingerprint;
  /** Another declaration has counted since. */
  readonly mixed: boolean;
}

async function loadDeclared(state: StateStore): Promise<Map<string, Declared>> {
  const stored = new Map<string, Declared>();
  for await (const { sk, declared, mixed } of state.query(PK))
    stored.set(sk, { fingerprint: JSON.parse(String(declared)) as Fingerprint, mixed: mixed === true });
  return stored;
}

/** Throws DECLARATION_WRONG where a measure can't be read. */
export function requireReadable(changes: readonly DeclarationChange[]): void {
  for (const { statistic, unreadable } of changes)
    for (const measure of unreadable)
      throw new AfterwriteError(
        'DECLARATION_WRONG',
        `statistics.${statistic}.measures.${measure}: what is stored under its name is of another kind`,
        {
          mend: `give the measure another name ('shape' can still show it as '${measure}'), then 'afterwrite rebuild --changed'`,
        },
      );
}
