import type { StateStore } from '../ports/stateStore.ts';

const PK = 'GENERATION';

/**
 * Which generation of a statistic is current; 1 where none is stored. States: complete -> rebuilding (the next number,
 * some groups may still be of the one before) -> complete.
 */
export interface Generation {
  readonly generation: number;
  readonly state: 'complete' | 'rebuilding';
}

const FIRST: Generation = { generation: 1, state: 'complete' };

export async function loadGenerations(state: StateStore): Promise<Map<string, Generation>> {
  const generations = new Map<string, Generation>();
  for await (const { sk, generation, state: stands } of state.query(PK))
    generations.set(sk, { generation: Number(generation), state: stands as Generation['state'] });
  return generations;
}

/** Goes on with a rebuild that was cut off, else begins the next generation. */
export async function beginGeneration(state: StateStore, statistic: string): Promise<number> {
  const known = (await loadGenerations(state)).get(statistic) ?? FIRST;
  if (known.state === 'rebuilding') return known.generation;
  const generation = known.generation + 1;
  await state.put([{ pk: PK, sk: statistic, generation, state: 'rebuilding' }]);
  return generation;
}

export const completeGeneration = (state: StateStore, statistic: string, generation: number): Promise<void> =>
  state.put([{ pk: PK, sk: statistic, generation, state: 'complete' }]);
