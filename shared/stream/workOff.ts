import { AfterwriteError } from '../model/errors.ts';
import { type Key, keyText } from '../model/keys.ts';
import type { System } from '../model/system.ts';
import type { StateStore } from '../ports/stateStore.ts';
import { type Gate, readGate, step, workedOff } from '../state/gates.ts';
import { dequeue, giveReason, type Parked, waiting } from '../state/parked.ts';
import { type Change, decodeChange } from './change.ts';
import { queueShard } from './lineage.ts';
import type { ParkingSteps } from './parkingProcessor.ts';
import { attempt } from './settle.ts';

/** `redrive`: each change is processed as if it came now. `drop`: all are given up, but for what must not be left undone. */
export type WorkOffHow = 'redrive' | 'drop';

/**
 * `opened`: nothing waits any more. `poison`: one still can't be processed, or can't be dropped. `stopped`: by the signal.
 * `open`: there was no closed gate. `held`: somebody else works on the queue, or died at it. `lost`: somebody else took
 * it over.
 */
export interface WorkedOff {
  readonly ended: 'opened' | 'poison' | 'stopped' | 'open' | 'held' | 'lost';
  readonly changes: number;
  readonly poison?: AfterwriteError;
}

export interface WorkOff {
  readonly how: WorkOffHow;
  readonly key: Key;
  /** Tells this one from all others that ever work on a queue. */
  readonly by: string;
  /** Takes the queue from who holds it: for one that died. */
  readonly takeOver?: boolean;
  readonly signal?: AbortSignal;
}

interface Ports {
  readonly system: System;
  readonly state: StateStore;
}

/**
 * Works off the queue of one item, in order: a redrive change by change, a drop all at once.
 *
 * States: held -> (processed -> noted as done -> removed)* -> opened; or let go again: at poison, by the signal, after an
 * error that passes. Whoever dies leaves the gate held; what it had processed and not noted is processed once more by
 * who takes over, and finds its effect there: a queue is a shard of its own to the aggregates' fences, and events keep
 * their ids. Of two that work at once only one notes each step; the other sees it, and stops.
 */
export async function workOff<Result>(
  steps: ParkingSteps<Result>,
  { system, state }: Ports,
  work: WorkOff,
): Promise<WorkedOff> {
  const held = await hold(state, steps.name, work);
  if (typeof held === 'string') return { ended: held, changes: 0 };
  let changes = 0;
  try {
    for (let gate = held; ; ) {
      if (work.signal?.aborted) return { ended: 'stopped', changes };
      const parked = await nextOf(state, steps.name, gate, work.how);
      const poison = await makeDurable(steps, { system, state }, gate, parked, work.how);
      if (poison) return { ended: 'poison', changes, poison };
      const next = await note(
        state,
        steps.name,
        gate,
        (parked[parked.length - 1] as Parked).position.sequence,
        work.by,
      );
      if (!next) return { ended: 'lost', changes };
      for (const { position } of parked) await dequeue(state, steps.name, gate, position.sequence);
      changes += parked.length;
      if (next.state === 'open') return { ended: 'opened', changes };
      gate = next;
    }
  } finally {
    await letGo(state, steps.name, work);
  }
}

/** Takes the gate, if it is closed and nobody holds it. */
async function hold(
  state: StateStore,
  processor: string,
  { key, by, takeOver }: WorkOff,
): Promise<Gate | 'open' | 'held'> {
  for (;;) {
    const gate = await readGate(state, processor, key);
    if (gate?.state !== 'closed') return 'open';
    if (gate.by !== undefined && gate.by !== by && !takeOver) return 'held';
    const held = await step(state, processor, gate, { ...gate, by });
    if (held) return held;
  }
}

async function letGo(state: StateStore, processor: string, { key, by }: WorkOff): Promise<void> {
  for (;;) {
    const gate = await readGate(state, processor, key);
    if (gate?.state !== 'closed' || gate.by !== by) return;
    if (await step(state, processor, gate, { ...gate, by: undefined })) return;
  }
}

/** Notes a change as done; the last one opens the gate. Live changes may come to wait meanwhile: then they are next. */
async function note(
  state: StateStore,
  processor: string,
  held: Gate,
  sequence: string,
  by: string,
): Promise<Gate | undefined> {
  for (let gate: Gate | undefined = held; ; ) {
    const next = await step(state, processor, gate, workedOff(gate, sequence));
    if (next) return next;
    gate = await readGate(state, processor, held.key);
    if (gate?.state !== 'closed' || gate.by !== by || gate.queue !== held.queue) return undefined;
  }
}

/** The first that waits; for a drop, all that do. */
async function nextOf(state: StateStore, processor: string, gate: Gate, how: WorkOffHow): Promise<Parked[]> {
  const next: Parked[] = [];
  for await (const parked of waiting(state, processor, gate)) {
    next.push(parked);
    if (how === 'redrive') return next;
  }
  if (next.length > 0) return next;
  throw new AfterwriteError('CONFLICT', `${keyText(gate.key)}: what waited for ${processor} is gone`, {
    retry: true,
    mend: 'somebody else works on it; look again',
  });
}

/** One commit of changes; why that can't be, where it is so. */
async function makeDurable<Result>(
  steps: ParkingSteps<Result>,
  { system, state }: Ports,
  gate: Gate,
  parked: readonly Parked[],
  how: WorkOffHow,
): Promise<AfterwriteError | undefined> {
  const changes = parked.map((one) => ofQueue(system, one));
  const [first] = changes as [Change];
  const decided = attempt(first, () =>
    how === 'drop' ? steps.drop(changes) : [{ change: first, result: steps.decide(first) }],
  );
  const error = decided instanceof AfterwriteError ? decided : (await steps.commit(decided))[0]?.error;
  if (error && how === 'redrive') await giveReason(state, steps.name, gate, parked[0] as Parked, error);
  return error;
}

/** A parked change as one of its queue's own shard: the fences of its real shard passed it long ago. */
export const ofQueue = (system: System, { record, position: { stream }, key }: Parked): Change =>
  decodeChange(system, record, stream, queueShard(stream, key));
