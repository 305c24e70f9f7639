import { keyText } from '../model/keys.ts';
import type { StateStore } from '../ports/stateStore.ts';
import type { Change } from '../stream/change.ts';

const PK = 'UNMATCHED';

/** Changes of items that no entity matches: journalled like all others, and counted here by batch. */
export interface Unmatched {
  readonly changes: number;
  /** One key, as an example. */
  readonly sample: string | undefined;
}

/** Counts a batch's. The same batch again counts once; a batch that comes in another cut may count some twice. */
export async function countUnmatched(state: StateStore, changes: readonly Change[]): Promise<void> {
  const [first] = changes;
  if (!first) return;
  const { shard, sequence } = first.position;
  await state.put([{ pk: PK, sk: `${shard}#${sequence}`, changes: changes.length, sample: keyText(first.key) }]);
}

export async function totalUnmatched(state: StateStore): Promise<Unmatched> {
  let changes = 0;
  let sample: string | undefined;
  for await (const record of state.query(PK)) {
    changes += Number(record.changes);
    sample ??= String(record.sample);
  }
  return { changes, sample };
}
