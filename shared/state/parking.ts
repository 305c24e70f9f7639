import type { AfterwriteError } from '../model/errors.ts';
import type { StateStore } from '../ports/stateStore.ts';
import type { Change } from '../stream/change.ts';
import { isAfter } from '../stream/sequence.ts';
import { forget, type Gate, isPast, readGate, step } from './gates.ts';
import { clearQueue, dequeue, enqueue } from './parked.ts';

/** Changes of one item, in order: `poison` is why the first of them closes the gate; without it all wait behind it. */
export interface Parking {
  readonly poison: AfterwriteError | undefined;
  readonly changes: readonly Change[];
}

/**
 * Puts changes behind their item's gate: into the queue first, then into the gate, which makes them wait for certain.
 * Gives back the gate as it is then, and whether it took them; where it did not, it moved meanwhile (it was opened, or
 * somebody parked the same): the changes are to be settled anew, against that gate.
 */
export async function park(
  state: StateStore,
  processor: string,
  gate: Gate | undefined,
  parking: Parking,
): Promise<{ gate: Gate | undefined; taken: boolean }> {
  const next = gateWith(gate, parking);
  const entries = parking.changes.map((change, i) => ({ change, error: i === 0 ? parking.poison : undefined }));
  await enqueue(state, processor, next, entries);
  const taken = await step(state, processor, gate, next);
  if (taken) return { gate: taken, taken: true };
  const now = await readGate(state, processor, next.key);
  // Of a queue that is over, nobody may take these for waiting; one that goes on is given them again.
  if (now?.state !== 'closed' || now.queue !== next.queue)
    for (const { position } of parking.changes) await dequeue(state, processor, next, position.sequence);
  return { gate: now, taken: false };
}

function gateWith(gate: Gate | undefined, { poison, changes }: Parking): Omit<Gate, 'turn'> {
  const [first, last] = [changes[0], changes[changes.length - 1]] as [Change, Change];
  const { at } = last;
  const end = last.position.sequence;
  if (gate?.state === 'closed') {
    const longer = isAfter(end, gate.last) ? { ...gate, last: end, at } : gate;
    return poison ? { ...longer, ...loweredTo(first.position.sequence, gate) } : longer;
  }
  return {
    key: first.key,
    state: 'closed',
    queue: first.position.sequence,
    first: first.position.sequence,
    last: end,
    done: undefined,
    at,
    by: undefined,
    passed: (gate?.passed ?? []).filter((one) => !isPast(one, at)),
  };
}

/** Poison before the gate: whoever closed it could decide that change, this process can't (it runs other declarations). */
const loweredTo = (sequence: string, { first }: Gate): Pick<Gate, 'first' | 'done'> => ({
  first: isAfter(first, sequence) ? sequence : first,
  done: undefined,
});

/** Open gates whose changes can't come again are forgotten, with what was left in their queues. */
export async function forgetPast(
  state: StateStore,
  processor: string,
  gates: Iterable<Gate>,
  now: number,
): Promise<void> {
  for (const gate of gates) {
    if (gate.state === 'closed' || !gate.passed.every((one) => isPast(one, now))) continue;
    for (const { queue } of gate.passed) await clearQueue(state, processor, { key: gate.key, queue });
    await forget(state, processor, gate);
  }
}
