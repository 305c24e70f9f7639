import { AfterwriteError } from '../../shared/model/errors.ts';
import type { StateStore } from '../../shared/ports/stateStore.ts';
import { createReplay, isOver, type Replay, readReplay, stepReplay } from '../../shared/state/replays.ts';

type Progress = Partial<Pick<Replay, 'sent' | 'position' | 'mark'>>;
type Step = Progress & Partial<Pick<Replay, 'state' | 'total' | 'endedAt' | 'reason' | 'nextAt'>>;

/** The record of a replay in the hand of who runs it. States: ours -> cancelled | taken over by another; both for good. */
export class Ledger {
  readonly #state: StateStore;
  readonly #by: string;
  #replay: Replay;

  /** @param by names this run and no other */
  constructor(state: StateStore, replay: Replay, by: string) {
    this.#state = state;
    this.#replay = replay;
    this.#by = by;
  }

  /** As it was last seen. */
  get replay(): Replay {
    return this.#replay;
  }

  /** False once it is cancelled: what was done until then is noted. Throws CONFLICT where another goes on with it. */
  async save(step: Step): Promise<boolean> {
    if (this.#replay.state === 'cancelled') return false;
    const next = await stepReplay(this.#state, this.#replay, { ...step, by: this.#by });
    if (next) this.#replay = next;
    else this.#replay = await this.#noteCancelled(step);
    return next !== undefined;
  }

  async #noteCancelled(step: Progress): Promise<Replay> {
    const { sent, position, mark } = { ...this.#replay, ...step };
    for (;;) {
      const stored = await readReplay(this.#state, this.#replay.id);
      if (stored.state !== 'cancelled') throw takenOver(stored);
      const noted = await stepReplay(this.#state, stored, { sent, position, mark, by: this.#by });
      if (noted) return noted;
    }
  }
}

const takenOver = ({ id }: Replay): AfterwriteError =>
  new AfterwriteError('CONFLICT', `somebody else goes on with replay ${id}`, {
    mend: "nothing: it is theirs now; see 'afterwrite replay show'",
  });

/** What is asked for when a replay is begun. */
export type Asked = Pick<Replay, 'selection' | 'rederive' | 'target' | 'restore' | 'rate' | 'total' | 'nextAt'>;

/** @param now epoch milliseconds */
export async function beginReplay(
  state: StateStore,
  asked: Asked,
  { id, by, now }: { id: string; by: string; now: number },
): Promise<Ledger> {
  const replay: Replay = { ...asked, id, by, turn: 0, state: 'running', sent: 0, startedAt: now };
  await createReplay(state, replay);
  return new Ledger(state, replay, by);
}

/**
 * Takes a replay that stopped or was killed, whoever had it. Throws CONFLICT where it is over, or another was faster.
 * @param nextAt gives it to the deployed worker; absent: out of its hand
 */
export async function takeReplay(state: StateStore, id: string, by: string, nextAt?: number): Promise<Ledger> {
  const before = await readReplay(state, id);
  if (isOver(before))
    throw new AfterwriteError('CONFLICT', `replay ${id} is ${before.state}`, { mend: 'start a new one' });
  const step = { state: 'running', endedAt: undefined, reason: undefined, nextAt, by } as const;
  const taken = await stepReplay(state, before, step);
  if (!taken) throw takenOver(before);
  return new Ledger(state, taken, by);
}
