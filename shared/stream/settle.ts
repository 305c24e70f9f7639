import { AfterwriteError, isAfterwriteError } from '../model/errors.ts';
import { keyId, keyText } from '../model/keys.ts';
import type { Change } from './change.ts';
import { compareSequence } from './sequence.ts';

export interface Settled<Result> {
  readonly decided: { readonly change: Change; readonly result: Result }[];
  /** With the error for a poison change, without for one that waits behind it. In order. */
  readonly parked: { readonly change: Change; readonly error: AfterwriteError | undefined }[];
}

/**
 * Decides each change by itself, so that a change which can never be processed costs only its own item: it is parked,
 * and so is every later change of the same item, while the rest of the batch goes on. What lies before the poison and is
 * given again is decided again: it has not been parked.
 * @param gates key id to the sequence number of the poison change that closed it
 */
export function settle<Result>(
  changes: readonly Change[],
  gates: ReadonlyMap<string, string>,
  decide: (change: Change) => Result,
): Settled<Result> {
  const settled: Settled<Result> = { decided: [], parked: [] };
  const closed = new Map(gates);
  for (const change of changes) {
    const id = keyId(change.key);
    const gate = closed.get(id);
    if (gate !== undefined && compareSequence(change.position.sequence, gate) >= 0) {
      settled.parked.push({ change, error: undefined });
      continue;
    }
    try {
      settled.decided.push({ change, result: decide(change) });
    } catch (error) {
      if (isAfterwriteError(error) && error.retry) throw error;
      closed.set(id, change.position.sequence);
      settled.parked.push({ change, error: isAfterwriteError(error) ? error : failedOn(change, error) });
    }
  }
  return settled;
}

/** A declared function that throws on one item parks that item. The message may hold its content, and is left out. */
const failedOn = (change: Change, error: unknown): AfterwriteError =>
  new AfterwriteError(
    'DECLARATION_WRONG',
    `${keyText(change.key)}: a function of the declaration throws ${error instanceof Error ? error.name : 'something'}`,
    {
      mend: 'mend the function; the change is parked, and waits for redrive',
      cause: error,
    },
  );
