import {
  type Aggregate,
  aggregateFromAttributes,
  aggregateToAttributes,
  emptyAggregate,
  type Fences,
} from '../../shared/model/aggregate.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import { isAfterwriteError } from '../../shared/model/errors.ts';
import { keyFromId, keyText } from '../../shared/model/keys.ts';
import type { Statistic } from '../../shared/model/statistic.ts';
import type { System } from '../../shared/model/system.ts';
import type { Log } from '../../shared/ports/log.ts';
import type { Replacement, TableStore } from '../../shared/ports/tableStore.ts';
import { isAfter } from '../../shared/stream/sequence.ts';
import { type RecountContext, recount } from './recount.ts';
import type { Recounted } from './tally.ts';
import { driftsOf, type VerifyOptions } from './verify.ts';

export interface RepairContext extends RecountContext {
  readonly table: Pick<TableStore, 'scan' | 'replace'>;
}

export interface RepairOptions extends VerifyOptions {
  readonly log: Log;
  onProgress?(written: number): void;
}

/** Which groups to write anew, and the generation that they get. */
interface Choice {
  readonly isChosen: (id: string, statistic: string) => boolean;
  /** Absent: only groups that differ, which keep theirs. */
  readonly generation?: number;
}

/** A write is in the table a moment before its record is in the stream; a count that lacks the record would be written too high. */
const SETTLE_MS = 3_000;
/** A group that is written all the time may win against so many passes; then it is said, and nothing is lost. */
const PASSES = 10;

/** Keys of what was written, and of what could not be. */
export interface Repaired {
  readonly written: string[];
  readonly left: string[];
}

/**
 * Writes groups anew as they are counted, each on the condition that nobody wrote it since, and with its own fences: what
 * the stream still brings is counted on top of it, once. The writes are silent, and so is what follows from them.
 */
export async function rewrite(context: RepairContext, choice: Choice, options: RepairOptions): Promise<Repaired> {
  const written = new Set<string>();
  let left: string[] = [];
  for (let pass = 0; pass < PASSES && !options.signal.aborted; pass++) {
    const recounted = await recount(context, () => options.pause(SETTLE_MS, options.signal));
    if (options.signal.aborted) break;
    const wrong = groupsToWrite(context.system, recounted, choice);
    const planned = wrong.flatMap((id) => plan(context.system, recounted, id, choice, options.log));
    const outcomes = await context.table.replace(planned);
    for (const [i, { key }] of planned.entries()) if (outcomes[i] === 'written') written.add(keyText(key));
    options.onProgress?.(written.size);
    left = wrong.map((id) => keyText(keyFromId(id))).filter((key) => !written.has(key));
    if (recounted.unsure.size > 0) continue;
    if (wrong.length === 0 || (left.length === 0 && choice.generation !== undefined)) break;
  }
  return { written: [...written], left };
}

function groupsToWrite(system: System, recounted: Recounted, { isChosen, generation }: Choice): string[] {
  const { expected, stored, unsure } = recounted;
  const ofChoice = (id: string): boolean => isChosen(id, system.sourceOf(keyFromId(id))?.name ?? '');
  if (generation === undefined)
    return driftsOf(system, recounted)
      .map(({ id }) => id)
      .filter((id) => ofChoice(id) && !unsure.has(id));
  return [...new Set([...expected.keys(), ...stored.keys()])].filter(
    (id) => ofChoice(id) && storedGeneration(stored.get(id)) !== generation,
  );
}

const storedGeneration = (item: Attributes | undefined): number | undefined => {
  const own = item?.afterwrite;
  const generation = own && 'M' in own ? own.M.generation : undefined;
  return generation && 'N' in generation ? Number(generation.N) : undefined;
};

function plan(system: System, recounted: Recounted, id: string, choice: Choice, log: Log): Replacement[] {
  const { expected, stored, unsure } = recounted;
  const key = keyFromId(id);
  const statistic = system.sourceOf(key) as Statistic<unknown>;
  if (unsure.has(id)) return [];
  try {
    const item = stored.get(id);
    const empty = emptyAggregate(statistic, statistic.key.match(key) ?? {}, key);
    const before = item ? aggregateFromAttributes(statistic, key, item) : empty;
    const after: Aggregate = {
      ...before,
      state: (expected.get(id) ?? empty).state,
      revision: before.revision + 1,
      generation: choice.generation ?? before.generation,
      silent: true,
      fences: advanced(before.fences, recounted, id),
    };
    return [{ key, item: aggregateToAttributes(after, system.table), revision: before.revision }];
  } catch (error) {
    if (!isAfterwriteError(error)) throw error;
    log.error({ key: keyText(key), code: error.code }, `not repaired: ${error.message}; ${error.mend}`);
    return [];
  }
}

/** The fences with all that the count includes: what statistics had done, and the changes of the window. */
function advanced(fences: Fences, { positions, included }: Recounted, id: string): Fences {
  const next: Record<string, string> = { ...fences };
  const raise = (shard: string, sequence: string): void => {
    if (isAfter(sequence, next[shard])) next[shard] = sequence;
  };
  for (const shard of Object.keys(fences)) {
    const done = positions.done(shard);
    if (done !== undefined && done !== 'all') raise(shard, done);
  }
  for (const [shard, sequence] of Object.entries(included.get(id) ?? {})) raise(shard, sequence);
  return next;
}
