import { AfterwriteError, isAfterwriteError } from '../../../shared/model/errors.ts';
import { endTurn, takeTurn } from '../../../shared/state/turns.ts';
import { type Invocation, withDeadline } from './deadline.ts';
import type { Opened } from './opened.ts';

export type ScheduledHandler = (event: unknown, invocation: Invocation) => Promise<void>;

/** A job that a schedule starts: what one run leaves undone, the next one does. */
export interface Task {
  /** Numbers of how things stand, at each run: also while another run works. */
  tell?(opened: Opened): Promise<void>;
  /** One run at a time. Stops after the step at hand once the signal is aborted. */
  work(opened: Opened, signal: AbortSignal): Promise<void>;
}

type Tasks = Readonly<Record<string, Task>>;

/** Kept back for the step at hand: it is short beside the quarter of an hour that a task has. */
const STEP_MS = 20_000;
/** Beyond the time of an invocation: clocks differ a little. */
const APART_MS = 1_000;

/** @param tasks by what the schedule's event names: `{ "task": "sweep" }`. Throws EVENT_UNREADABLE for another one. */
export function scheduledHandler(open: () => Promise<Opened>, tasks: Tasks): ScheduledHandler {
  return async (event, invocation) => {
    const name = taskNamed(event, tasks);
    const opened = await open();
    const { log } = opened.options;
    try {
      await run(opened, name, tasks[name] as Task, invocation);
    } catch (error) {
      const { code, mend } = error as AfterwriteError;
      if (isAfterwriteError(error)) log.error({ task: name, code }, `${error.message}; ${mend}`);
      throw error;
    }
  };
}

function taskNamed(event: unknown, tasks: Tasks): string {
  const { task } = (event ?? {}) as { readonly task?: unknown };
  if (typeof task === 'string' && Object.hasOwn(tasks, task)) return task;
  throw new AfterwriteError('EVENT_UNREADABLE', `the event names no task of this function: ${JSON.stringify(task)}`, {
    mend: `invoke it with { "task": "${Object.keys(tasks).join('" | "')}" }`,
  });
}

async function run(opened: Opened, name: string, task: Task, invocation: Invocation): Promise<void> {
  const { place, options } = opened;
  const { clock, newId, log, pause } = options;
  await task.tell?.(opened);
  const now = clock.now();
  const turn = { task: name, by: newId(), until: now + invocation.getRemainingTimeInMillis() + APART_MS };
  if (!(await takeTurn(place.state, turn, now))) return log.info({ task: name }, 'another run is at it');
  try {
    await withDeadline(invocation, pause, ({ signal }) => task.work(opened, signal), STEP_MS);
  } finally {
    await endTurn(place.state, turn);
  }
}
