import * as z from 'zod';
import { type Ledger, takeReplay } from '../../processors/replay/ledger.ts';
import { AfterwriteError, isAfterwriteError } from '../../shared/model/errors.ts';
import { givenTime, isoUtc } from '../../shared/model/time.ts';
import { cancelReplay, listReplays, type Replay, readReplay } from '../../shared/state/replays.ts';
import type { PipelineOptions } from '../pipeline/options.ts';
import { type Asked, type ReplayWork, startReplay, workOf } from '../pipeline/replayWork.ts';
import type { Workplace } from '../pipeline/workplace.ts';
import { type Forecast, forecast } from '../views/forecast.ts';
import type { ReplayRow } from './wire.ts';

const MOST_LISTED = 50;
const SHORT = 200;

const short = z.string().trim().min(1).max(SHORT);
const moment = short.transform((text, { addIssue }) => {
  const ms = givenTime(text);
  if (ms === undefined) addIssue('give a date or time such as 2026-01-31 or 2026-01-31T09:00');
  return ms === undefined ? z.NEVER : isoUtc(ms);
});

/** What of a replay a page may ask for: events, to the system's replay bus. */
const Asking = z.strictObject({
  from: moment.optional(),
  to: moment.optional(),
  types: z.array(short).min(1).max(SHORT).optional(),
  entity: short.optional(),
  key: z.string().min(1).max(2_048).optional(),
  rate: z.number().int().min(1).max(100_000).optional(),
});

type Ports = Pick<PipelineOptions, 'clock' | 'pause' | 'newId' | 'log'>;

/** Begins replays, runs them beside the console, and says how far all of them are. They stop with it, and can go on. */
export class ReplayDesk {
  readonly #place: Workplace;
  readonly #ports: Ports;
  readonly #signal: AbortSignal;
  readonly #running = new Set<Promise<void>>();

  constructor(place: Workplace, ports: Ports, signal: AbortSignal) {
    this.#place = place;
    this.#ports = ports;
    this.#signal = signal;
  }

  /** The newest first. */
  async list(): Promise<ReplayRow[]> {
    const replays = await listReplays(this.#place.state);
    return replays.slice(-MOST_LISTED).reverse().map(rowOf);
  }

  /** Sends nothing. Throws USAGE. */
  async forecast(body: unknown): Promise<Forecast> {
    return forecast(this.#place, askedBy(body), { kind: 'bus' }, {});
  }

  /** Throws USAGE, BUS_MISSING. @returns its id, as soon as it runs */
  async start(body: unknown): Promise<{ id: string }> {
    const asked = askedBy(body);
    const work = this.#work(asked);
    const ledger = await startReplay(this.#place.state, asked, work, this.#ports);
    this.#begin(work, ledger, false);
    return { id: ledger.replay.id };
  }

  /** Goes on with one that was stopped, or whose process died. Throws NOT_FOUND, CONFLICT. */
  async resume(id: string): Promise<{ id: string }> {
    const work = this.#work(await readReplay(this.#place.state, id));
    const ledger = await takeReplay(this.#place.state, id, this.#ports.newId());
    this.#begin(work, ledger, true);
    return { id };
  }

  /** Throws NOT_FOUND. */
  async cancel(id: string): Promise<{ before: string }> {
    const { clock, newId } = this.#ports;
    const before = await cancelReplay(this.#place.state, id, { by: newId(), now: clock.now() });
    return { before: before.state };
  }

  /** Once the signal has stopped it: what was sent is noted. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#running);
  }

  #work(asked: Asked): ReplayWork {
    const { clock, log } = this.#ports;
    return workOf(this.#place, asked, { environment: process.env, clock, note: (line) => log.info({}, line) });
  }

  #begin(work: ReplayWork, ledger: Ledger, resumed: boolean): void {
    const { clock, pause, log } = this.#ports;
    const run = work
      .run(ledger, { resumed, clock, pause, signal: this.#signal, onProgress: () => {}, onWaiting: () => {} })
      .then(() => {})
      .catch((error: unknown) => {
        // Why it stopped is in its record, which the page shows.
        const code = isAfterwriteError(error) ? error.code : 'FAILED';
        log.warn({ code, replay: ledger.replay.id }, 'a replay of the console stopped');
      })
      .finally(() => this.#running.delete(run));
    this.#running.add(run);
  }
}

function askedBy(body: unknown): Asked {
  const parsed = Asking.safeParse(body);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new AfterwriteError('USAGE', `${issue?.path.join('.') || 'the replay'}: ${issue?.message}`, {
      mend: 'correct the form',
    });
  }
  const { from, to, types, entity, key, rate } = parsed.data;
  return {
    selection: {
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
      ...(types !== undefined && { types }),
      ...(entity !== undefined && { entity }),
      ...(key !== undefined && { key }),
    },
    rederive: false,
    target: { kind: 'bus' },
    restore: { tier: 'Standard', days: 7 },
    ...(rate !== undefined && { rate }),
  };
}

const rowOf = (replay: Replay): ReplayRow => ({
  id: replay.id,
  state: replay.state,
  target: replay.target.kind,
  sent: replay.sent,
  total: replay.total ?? null,
  startedAt: isoUtc(replay.startedAt),
  endedAt: replay.endedAt === undefined ? null : isoUtc(replay.endedAt),
  reason: replay.reason ?? null,
  selection: replay.selection,
  rate: replay.rate ?? null,
});
