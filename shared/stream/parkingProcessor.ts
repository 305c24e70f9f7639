import type { AfterwriteError } from '../model/errors.ts';
import { keyId, keyText } from '../model/keys.ts';
import type { Log } from '../ports/log.ts';
import type { StateStore } from '../ports/stateStore.ts';
import { loadGates, park } from '../state/parked.ts';
import type { Change } from './change.ts';
import type { Processor } from './processor.ts';
import { type Settled, settle } from './settle.ts';

export interface ParkingSteps<Result> {
  readonly name: string;
  /** Pure; a non-retryable error parks the change. */
  decide(change: Change): Result;
  /** Makes the decisions durable; gives back what only now turned out to be poison. */
  commit(decided: Settled<Result>['decided']): Promise<Poison[]>;
}

export interface Poison {
  readonly change: Change;
  readonly error: AfterwriteError;
}

/** A processor that decides change by change, parks what can't be decided, and commits the rest. */
export function parkingProcessor<Result>(steps: ParkingSteps<Result>, state: StateStore, log: Log): Processor {
  let loading: Promise<Map<string, string>> | undefined;
  return {
    name: steps.name,
    fresh: () => parkingProcessor(steps, state, log),
    async process(changes) {
      loading ??= loadGates(state, steps.name).catch((error: unknown) => {
        loading = undefined;
        throw error;
      });
      const gates = await loading;
      const { decided, parked } = settle(changes, gates, steps.decide);
      const set = async ({ change, error }: Settled<Result>['parked'][number]): Promise<void> => {
        await park(state, steps.name, change, error);
        const id = keyId(change.key);
        if (!gates.has(id)) gates.set(id, change.position.sequence);
        if (error)
          log.warn({ processor: steps.name, key: keyText(change.key), code: error.code }, `parked: ${error.message}`);
      };
      for (const one of parked) await set(one);
      for (const poison of await steps.commit(decided)) await set(poison);
    },
  };
}
