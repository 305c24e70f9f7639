import type { AfterwriteError } from '../model/errors.ts';
import { keyText } from '../model/keys.ts';
import type { Log } from '../ports/log.ts';
import type { StateStore } from '../ports/stateStore.ts';
import { type Gate, gateId, readGates } from '../state/gates.ts';
import { forgetPast, park } from '../state/parking.ts';
import type { Change } from './change.ts';
import type { Processor } from './processor.ts';
import { type Decided, type Settled, settle } from './settle.ts';

export interface ParkingSteps<Result> {
  readonly name: string;
  /** Pure; a non-retryable error parks the change. */
  decide(change: Change): Result;
  /** What changes of one item still do that are dropped from its queue. Pure; throws DROP_REFUSED where they can't be. */
  drop(changes: readonly Change[]): readonly Decided<Result>[];
  /**
   * Makes the decisions durable; gives back what only now turned out to be poison, of which nothing was done. The
   * others are given again then, without it.
   */
  commit(decided: readonly Decided<Result>[]): Promise<Poison[]>;
}

export interface Poison {
  readonly change: Change;
  readonly error: AfterwriteError;
}

/**
 * A processor that decides change by change, parks what can't be decided, and commits the rest.
 *
 * A batch goes through in legs: settle -> park -> commit -> the rest. Parking comes before the commit, for the fences
 * that it moves pass the parked changes too. A gate that moved meanwhile, or poison that only the commit finds, leads
 * back to settling the same leg: what was parked of it by then stands as parked.
 */
export function parkingProcessor<Result>(steps: ParkingSteps<Result>, state: StateStore, log: Log): Processor {
  return {
    name: steps.name,
    fresh: () => parkingProcessor(steps, state, log),
    async process(changes) {
      const gates = await loadFresh(state, steps.name, changes);
      const late = new Map<Change, AfterwriteError>();
      const decide = (change: Change): Result => {
        const error = late.get(change);
        if (error) throw error;
        return steps.decide(change);
      };
      for (let left = changes; left.length > 0; ) {
        const { decided, queued, rest } = settle(left, gates, decide);
        if (!(await parkAll(steps.name, state, log, gates, queued))) continue;
        const poison = await steps.commit(decided);
        for (const { change, error } of poison) late.set(change, error);
        if (poison.length === 0) left = rest;
      }
    },
  };
}

/** Read for each batch: another process, or a redrive, may have closed or opened any since. */
async function loadFresh(state: StateStore, processor: string, changes: readonly Change[]): Promise<Map<string, Gate>> {
  const gates = new Map<string, Gate>();
  for await (const gate of readGates(state, processor)) gates.set(gateId(gate), gate);
  const newest = changes[changes.length - 1];
  if (newest) await forgetPast(state, processor, gates.values(), newest.at);
  return gates;
}

/** False where a gate had moved: then it is known as it is now. */
async function parkAll(
  processor: string,
  state: StateStore,
  log: Log,
  gates: Map<string, Gate>,
  queued: Settled<unknown>['queued'],
): Promise<boolean> {
  let all = true;
  for (const [id, parking] of queued) {
    const { gate, taken } = await park(state, processor, gates.get(id), parking);
    if (gate) gates.set(id, gate);
    else gates.delete(id);
    all &&= taken;
    const [first] = parking.changes;
    if (taken && first && parking.poison)
      log.warn({ processor, key: keyText(first.key), code: parking.poison.code }, `parked: ${parking.poison.message}`);
  }
  return all;
}
