import type { Sampled } from '../model/samples.ts';
import type { StateStore } from '../ports/stateStore.ts';

/** How far a backfill has come: what a run that was cut off goes on with. */
export interface BackfillProgress {
  /** A hash of what is declared to be added: another declaration begins anew. */
  readonly declaration: string;
  /** The stream that it follows. */
  readonly stream: string;
  /** By shard, where it goes on in the stream: a sequence number, empty for the shard's beginning, `all` where nothing is left. */
  readonly positions: Readonly<Record<string, string>>;
  /** When it last read the stream to its end; before that, when it began. Epoch milliseconds. */
  readonly followedAt: number;
  /** `keyId` of the last item that was scanned; absent: none. */
  readonly after?: string | undefined;
  readonly items: number;
  readonly backfilled: number;
  /** Absent in what earlier versions saved. */
  readonly noted?: number;
  readonly added: readonly Sampled[];
  readonly left: readonly Sampled[];
}

const [PK, SK] = ['BACKFILL', 'PROGRESS'];

export async function loadBackfill(state: StateStore): Promise<BackfillProgress | undefined> {
  return (await state.get(PK, SK)) as unknown as BackfillProgress | undefined;
}

export const saveBackfill = (state: StateStore, progress: BackfillProgress): Promise<void> =>
  state.put([{ pk: PK, sk: SK, ...progress }]);

export const forgetBackfill = (state: StateStore): Promise<void> => state.remove(PK, SK);
