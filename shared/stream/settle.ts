import { AfterwriteError, isAfterwriteError, MEND_FUNCTION, thrownBy } from '../model/errors.ts';
import { keyId, keyText } from '../model/keys.ts';
import { type Gate, standing } from '../state/gates.ts';
import type { Change } from './change.ts';

export interface Decided<Result> {
  readonly change: Change;
  readonly result: Result;
}

/** What one item's gate is given: `poison` closes it, the rest waits behind. In order. */
interface Queued {
  readonly poison: AfterwriteError | undefined;
  readonly changes: Change[];
}

export interface Settled<Result> {
  readonly decided: Decided<Result>[];
  /** By key id. */
  readonly queued: Map<string, Queued>;
  /** What is to be settled once all of this is durable. */
  readonly rest: readonly Change[];
}

/**
 * Decides each change by itself, so that a change which can never be processed costs only its own item: it is parked,
 * and so is every later change of the same item, while the rest of the batch goes on. What lies before the poison and is
 * given again is decided again: it has not been parked. What was worked off behind a gate is left alone.
 *
 * Stops before a poison change of an item that was decided in the same breath: its gate must not close, and be worked
 * off by somebody, before what leads up to it is durable.
 */
export function settle<Result>(
  changes: readonly Change[],
  gates: ReadonlyMap<string, Gate>,
  decide: (change: Change) => Result,
): Settled<Result> {
  const decided: Decided<Result>[] = [];
  const queued = new Map<string, Queued>();
  const ahead = new Set<string>();
  for (const [i, change] of changes.entries()) {
    const id = keyId(change.key);
    const stands = standing(gates.get(id), change.position.sequence);
    if (stands === 'passed' || stands === 'queued') continue;
    const waiting = queued.get(id);
    if (waiting) waiting.changes.push(change);
    else if (stands === 'waits') queued.set(id, { poison: undefined, changes: [change] });
    if (waiting || stands === 'waits') continue;
    const result = attempt(change, decide);
    if (!(result instanceof AfterwriteError)) {
      decided.push({ change, result });
      ahead.add(id);
    } else if (ahead.has(id)) return { decided, queued, rest: changes.slice(i) };
    else queued.set(id, { poison: result, changes: [change] });
  }
  return { decided, queued, rest: [] };
}

/** What is decided on a change, or why nothing ever can be. Throws what passes. */
export function attempt<Result>(change: Change, decide: (change: Change) => Result): Result | AfterwriteError {
  try {
    return decide(change);
  } catch (error) {
    if (!isAfterwriteError(error))
      return thrownBy(`${keyText(change.key)}: a function of the declaration`, error, MEND_FUNCTION);
    if (error.retry) throw error;
    return error;
  }
}
