import * as z from 'zod';
import { AfterwriteError } from '../model/errors.ts';
import type { StateRecord, StateStore } from '../ports/stateStore.ts';

const count = z.number().int().nonnegative();

const selectionSchema = z.object({
  /** Inclusive, ISO 8601, by the event's own time. */
  from: z.string().optional(),
  /** Exclusive. */
  to: z.string().optional(),
  /** Of this entity or statistic. */
  entity: z.string().optional(),
  types: z.array(z.string()).optional(),
  /** The item's key as text, as an event's `subject`. */
  key: z.string().optional(),
  tenant: z.string().optional(),
});

const targetSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('bus') }),
  z.object({ kind: z.literal('queue'), url: z.string() }),
  z.object({
    kind: z.literal('http'),
    url: z.string(),
    /** Header that carries the secret; absent: `authorization`, as a bearer token. */
    header: z.string().optional(),
    /** Name of the environment variable that holds the secret. The secret itself is nowhere stored. */
    secretFrom: z.string().optional(),
  }),
  /** Items in place of events: what was archived or has expired, where it is absent. */
  z.object({ kind: z.literal('table') }),
  z.object({ kind: z.literal('file'), path: z.string() }),
  /** Its name, with an alias behind a colon where it has one; or its ARN. */
  z.object({ kind: z.literal('function'), name: z.string() }),
]);

const replaySchema = z.object({
  id: z.string(),
  selection: selectionSchema,
  /** Events by today's declarations, from the journal, in place of the archived ones. */
  rederive: z.boolean(),
  target: targetSchema,
  /** Events a second; absent: as fast as the target takes them. */
  rate: z.number().optional(),
  /** How cold objects are asked for. */
  restore: z.object({ tier: z.enum(['Expedited', 'Standard', 'Bulk']), days: count }),
  state: z.enum(['running', 'waiting', 'stopped', 'done', 'cancelled']),
  /** Events that the target has taken, each portion counted once. */
  sent: count,
  /** Events in all, where they were counted. */
  total: count.optional(),
  /** All before this place of the archive, and it too, is sent; absent: nothing is. */
  position: z.object({ item: z.string(), sequence: z.string() }).optional(),
  /** What the target wants back when the replay goes on. */
  mark: count.optional(),
  /** Epoch milliseconds. */
  startedAt: count,
  /** When it came to stopped, done or cancelled. */
  endedAt: count.optional(),
  /** Why it stopped, where it was not told to. */
  reason: z.string().optional(),
  /**
   * Of one that the deployed worker runs: when an invocation of it may go on with it, epoch milliseconds. Absent: it is in a
   * person's hand.
   */
  nextAt: count.optional(),
  /** Who wrote this record last. */
  by: z.string(),
  turn: count,
});

/**
 * A replay: what is sent where, and how far it has come.
 *
 * States: running <-> waiting (for cold objects) -> done; running | waiting -> stopped (by Ctrl-C, or by an error, with the
 * reason) -> running, resumed; running | waiting | stopped -> cancelled. Done and cancelled are for good. One that was
 * killed stays running or waiting: resuming takes it over, whatever it was. Each step is a conditional write on the turn, so
 * that of two who work on one replay the one who was taken over finds out at its next portion, and no step undoes a cancel.
 * A portion is sent before its place is saved: who goes on repeats at most the last one. One that has a `nextAt` is running or
 * waiting from one invocation of the deployed worker to the next.
 */
export type Replay = Readonly<z.infer<typeof replaySchema>>;
export type Selection = Readonly<z.infer<typeof selectionSchema>>;
export type ReplayTo = Readonly<z.infer<typeof targetSchema>>;

const PK = 'REPLAY';

export const isOver = ({ state }: Replay): boolean => state === 'done' || state === 'cancelled';

/** Throws CONFLICT where the id is taken. */
export async function createReplay(state: StateStore, replay: Replay): Promise<void> {
  if ((await state.putIfAbsent(recordOf(replay))) || (await readReplay(state, replay.id)).by === replay.by) return;
  throw new AfterwriteError('CONFLICT', `there is a replay ${replay.id} already`, { mend: 'start again' });
}

/** Throws NOT_FOUND. */
export async function readReplay(state: StateStore, id: string): Promise<Replay> {
  const record = await state.get(PK, id);
  if (record) return replaySchema.parse(record);
  throw new AfterwriteError('NOT_FOUND', `there is no replay ${id}`, { mend: "'afterwrite replay ls' lists them" });
}

/** Oldest first. */
export async function listReplays(state: StateStore): Promise<Replay[]> {
  const replays: Replay[] = [];
  for await (const record of state.query(PK)) replays.push(replaySchema.parse(record));
  return replays.sort((a, b) => a.startedAt - b.startedAt);
}

/** The replay after the step; undefined where somebody else has stepped since `before`. A lost answer is no failure. */
export async function stepReplay(
  state: StateStore,
  before: Replay,
  step: Partial<Omit<Replay, 'id' | 'turn'>> & Pick<Replay, 'by'>,
): Promise<Replay | undefined> {
  const next = { ...before, ...step, turn: before.turn + 1 };
  if (await state.putIf(recordOf(next), { turn: before.turn })) return next;
  const stored = await readReplay(state, before.id);
  return stored.turn === next.turn && stored.by === next.by ? next : undefined;
}

/** What it was when it was cancelled; one that is over stays as it is. */
export async function cancelReplay(
  state: StateStore,
  id: string,
  { by, now }: { by: string; now: number },
): Promise<Replay> {
  for (;;) {
    const before = await readReplay(state, id);
    if (isOver(before) || (await stepReplay(state, before, { state: 'cancelled', endedAt: now, by }))) return before;
  }
}

const recordOf = (replay: Replay): StateRecord => ({ pk: PK, sk: replay.id, ...replay });
