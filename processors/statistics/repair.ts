import { isAfterwriteError } from '../../shared/model/errors.ts';
import { keyFromId, keyId, keyText } from '../../shared/model/keys.ts';
import { numberOf, reservedIn } from '../../shared/model/reserved.ts';
import { correctionKey } from '../../shared/model/spread.ts';
import type { System } from '../../shared/model/system.ts';
import type { Log } from '../../shared/ports/log.ts';
import type { TableStore } from '../../shared/ports/tableStore.ts';
import { type Differences, differencesOf, horizonOf } from './horizon.ts';
import { type Mending, planMending, type Wrong } from './planRepair.ts';
import { type RecountContext, recount } from './recount.ts';
import type { Recounted } from './tally.ts';
import type { VerifyOptions } from './verify.ts';

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

/** Keys of what was written, and of what could not be, now or ever. */
export interface Repaired {
  readonly written: string[];
  readonly left: string[];
  /** They differ, but hold what left the table before the journal goes back to: they are left as they are. */
  readonly beyond: string[];
}

/**
 * Writes groups anew as they are counted, each on the condition that nobody wrote it since, and with its own fences: what
 * the stream still brings is counted on top of it, once. The writes are silent, and so is what follows from them.
 */
export async function rewrite(context: RepairContext, choice: Choice, options: RepairOptions): Promise<Repaired> {
  const written = new Set<string>();
  let left: string[] = [];
  let beyond: string[] = [];
  for (let pass = 0; pass < PASSES && !options.signal.aborted; pass++) {
    const recounted = await recount(context, () => options.pause(SETTLE_MS, options.signal));
    if (options.signal.aborted) break;
    const differences = differencesOf(context.system, recounted, options.clock.now());
    const kept = new Set(differences.beyond.map(({ id }) => id));
    const asked = groupsToWrite(context.system, recounted, differences, choice);
    const wrong = asked.filter(({ id }) => !kept.has(id));
    beyond = asked.filter(({ id }) => kept.has(id)).map(({ id }) => keyText(keyFromId(id)));
    const planned = wrong.flatMap((one) => plan(context.system, recounted, one, choice, options));
    for (const key of await write(context, planned)) written.add(key);
    options.onProgress?.(written.size);
    left = [...wrong.map(({ id }) => id), ...unsureOf(context.system, recounted, choice)]
      .map((id) => keyText(keyFromId(id)))
      .filter((key) => !written.has(key));
    if (recounted.unsure.size > 0) continue;
    // What nothing can be written for now, nothing can be written for in the next pass.
    if (planned.length === 0 || (left.length === 0 && choice.generation !== undefined)) break;
  }
  return { written: [...written], left, beyond };
}

const unsureOf = (system: System, { unsure }: Recounted, { isChosen }: Choice): string[] =>
  [...unsure].filter((id) => isChosen(id, system.sourceOf(keyFromId(id))?.name ?? ''));

interface Planned extends Mending {
  /** The group's key as text. */
  readonly group: string;
}

/** The groups of which all is written. */
async function write({ table }: RepairContext, planned: readonly Planned[]): Promise<string[]> {
  const all = async (groups: readonly Planned[], writes: 'raises' | 'states'): Promise<Planned[]> => {
    const outcomes = await table.replace(groups.flatMap((one) => one[writes]));
    let at = 0;
    return groups.filter((one) => {
      const own = outcomes.slice(at, at + one[writes].length);
      at += own.length;
      return own.every((outcome) => outcome === 'written');
    });
  };
  return (await all(await all(planned, 'raises'), 'states')).map(({ group }) => group);
}

function groupsToWrite(
  system: System,
  { expected, stored, unsure }: Recounted,
  { groups, drifts, beyond }: Differences,
  { isChosen, generation }: Choice,
): Wrong[] {
  if (generation === undefined)
    return [...drifts, ...beyond]
      .filter(({ id, statistic }) => isChosen(id, statistic) && !unsure.has(id))
      .map(({ id, statistic }) => ({ id, statistic: system.statistic(statistic) }));
  const names = new Map([...groups].map(([id, { statistic }]) => [id, statistic]));
  for (const [id, { statistic }] of expected) names.set(id, statistic.name);
  return [...names]
    .map(([id, name]): Wrong => ({ id, statistic: system.statistic(name) }))
    .filter((one) => isChosen(one.id, one.statistic.name) && generationOf(one, stored) !== generation);
}

/** Of a group that is not stored: it holds what is in the table, and what left it since then. */
const sinceOf = (system: System, { departed }: Recounted, now: number): number =>
  departed === 0 ? now : (horizonOf(system, now) ?? 0);

/** A spread group's stands in its correction. */
function generationOf({ id, statistic: { spread, key } }: Wrong, stored: Recounted['stored']): number | undefined {
  const item = stored.get(spread ? keyId(correctionKey(spread, key.match(keyFromId(id)) ?? {})) : id);
  return numberOf(reservedIn(item)?.generation);
}

function plan(
  system: System,
  recounted: Recounted,
  wrong: Wrong,
  { generation }: Choice,
  { log, clock }: RepairOptions,
): Planned[] {
  if (recounted.unsure.has(wrong.id)) return [];
  const group = keyText(keyFromId(wrong.id));
  try {
    const mending = planMending(system.table, recounted, wrong, {
      generation,
      since: sinceOf(system, recounted, clock.now()),
    });
    return mending.raises.length + mending.states.length === 0 ? [] : [{ group, ...mending }];
  } catch (error) {
    if (!isAfterwriteError(error)) throw error;
    log.error({ key: group, code: error.code }, `not repaired: ${error.message}; ${error.mend}`);
    return [];
  }
}
