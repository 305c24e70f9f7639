import type { StateStore } from '../ports/stateStore.ts';

const PK = 'GENERATION';

/**
 * Which generation of a statistic is current; 1 where none is stored. States: complete -> rebuilding (the next number,
 * some groups may still be of the one before) -> complete.
 */
export interface Generation {
  readonly generation: number;
  readonly state: 'complete' | 'rebuilding';
  /** While rebuilding: what it counts by, and what it makes up for. */
  readonly basis?: string;
}

const FIRST: Generation = { generation: 1, state: 'complete' };

export async function loadGenerations(state: StateStore): Promise<Map<string, Generation>> {
  const generations = new Map<string, Generation>();
  for await (const { sk, generation, state: stands, basis } of state.query(PK))
    generations.set(sk, {
      generation: Number(generation),
      state: stands as Generation['state'],
      ...(basis !== undefined && { basis: String(basis) }),
    });
  return generations;
}

/**
 * The generation of a group that the stream brings up. While a rebuild is on its way, one before: the group may have a
 * history that only the rebuild counts, which would pass it by as one of its own.
 */
export const generationOfNew = ({ generation, state }: Generation = FIRST): number =>
  state === 'rebuilding' ? generation - 1 : generation;

/**
 * Goes on with a rebuild that was cut off, else begins the next generation. One that had another basis is not gone on
 * with: what it wrote was counted by another declaration, or before a loss that is to be made up for.
 */
export async function beginGeneration(state: StateStore, statistic: string, basis: string): Promise<number> {
  const known = (await loadGenerations(state)).get(statistic) ?? FIRST;
  if (known.state === 'rebuilding' && known.basis === basis) return known.generation;
  const generation = known.generation + 1;
  await state.put([{ pk: PK, sk: statistic, generation, state: 'rebuilding', basis }]);
  return generation;
}

export const completeGeneration = (state: StateStore, statistic: string, generation: number): Promise<void> =>
  state.put([{ pk: PK, sk: statistic, generation, state: 'complete' }]);
