import { isAfterwriteError, passes } from '../../shared/model/errors.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Pause } from '../../shared/ports/pause.ts';
import type { Replay } from '../../shared/state/replays.ts';
import type { Feed } from './feed.ts';
import type { Ledger } from './ledger.ts';
import type { ReplayTarget } from './target.ts';
import { thaw } from './thaw.ts';

/** `told`: the signal ended it. `failed`: it failed in passing. */
type LeftFor = 'told' | 'failed';

export interface Work<Unit> {
  readonly feed: Feed<Unit>;
  readonly target: ReplayTarget<Unit>;
  /** Whether it was begun before: the target goes on where it was. */
  readonly resumed: boolean;
  readonly clock: Clock;
  readonly pause: Pause;
  /** Stops it after the portion at hand. */
  readonly signal: AbortSignal;
  /** When somebody goes on by himself with what is left half way, epoch milliseconds. Absent: nobody does, and it is stopped. */
  readonly goesOnAt?: (why: LeftFor) => number;
  readonly onProgress?: (replay: Replay) => void;
  /** @param objects that are not readable yet */
  readonly onWaiting?: (objects: number) => void;
}

/**
 * Sends what is selected and not sent yet, portion by portion, until all is sent, the signal stops it, or the replay is
 * cancelled; says in which state it is then. Where it throws the replay is stopped, with the reason: it can go on.
 */
export async function runReplay<Unit>(ledger: Ledger, work: Work<Unit>): Promise<Replay> {
  try {
    await work.target.open(work.resumed ? (ledger.replay.mark ?? 0) : undefined);
    if (await isSent(ledger, work)) await ledger.save({ state: 'done', endedAt: work.clock.now() });
    else if (ledger.replay.state !== 'cancelled') await ledger.save(leaving(work, 'told'));
    return ledger.replay;
  } catch (error) {
    await stopFor(ledger, work, error);
    throw error;
  } finally {
    await work.target.close();
  }
}

type Leaving = Pick<Work<unknown>, 'clock' | 'goesOnAt'>;

const leaving = ({ clock, goesOnAt }: Leaving, why: LeftFor) =>
  goesOnAt ? { nextAt: goesOnAt(why) } : ({ state: 'stopped', endedAt: clock.now() } as const);

/** Who goes on by himself does so where it failed in passing. */
export async function stopFor(ledger: Ledger, work: Leaving, error: unknown): Promise<void> {
  const reason = isAfterwriteError(error) ? `${error.code}: ${error.message}` : (error as Error).name;
  const left = leaving(passes(error) ? work : { clock: work.clock }, 'failed');
  // What went wrong is told; that this could not be noted besides is no news.
  await ledger.save({ ...left, reason }).catch(() => undefined);
}

/** The archive is listed again so often while nothing can be sent: then it is not that it was compacted meanwhile. */
const LISTED_AGAIN = 3;

/** False where it was stopped or cancelled. */
async function isSent<Unit>(ledger: Ledger, work: Work<Unit>): Promise<boolean> {
  for (let tries = 0; ; ) {
    const { sent, position } = ledger.replay;
    try {
      return (await thaw(ledger, work)) && (await sendAhead(ledger, work));
    } catch (error) {
      const hasMoved = ledger.replay.sent > sent || ledger.replay.position?.sequence !== position?.sequence;
      tries = hasMoved ? 0 : tries + 1;
      if (tries > LISTED_AGAIN || !isOtherNow(error)) throw error;
    }
  }
}

/** Since the list of objects was read, one was compacted and removed, or has become cold again. */
const isOtherNow = (error: unknown): boolean =>
  (['ARCHIVE_MOVED', 'ARCHIVE_COLD', 'NOT_FOUND'] as const).some((code) => isAfterwriteError(error, code));

async function sendAhead<Unit>(ledger: Ledger, work: Work<Unit>): Promise<boolean> {
  const { feed, target, clock, signal, onProgress } = work;
  const { id, rate, position, sent: before } = ledger.replay;
  const began = clock.now();
  for await (const portion of feed.portions(position, portionSize(target, rate))) {
    if (signal.aborted) return false;
    const { units } = portion;
    const mark = units.length > 0 ? await target.send(units.map((unit) => feed.marked(unit, id))) : undefined;
    const sent = ledger.replay.sent + units.length;
    const goesOn = await ledger.save({ sent, position: portion.position, ...(mark !== undefined && { mark }) });
    onProgress?.(ledger.replay);
    if (!goesOn) return false;
    if (rate !== undefined)
      await work.pause(Math.max(0, began + (1000 * (sent - before)) / rate - clock.now()), signal);
  }
  return !signal.aborted;
}

const PORTIONS_A_SECOND = 10;

/** A slow replay goes in small portions, so that it is steady. */
const portionSize = ({ portion }: Pick<ReplayTarget, 'portion'>, rate: number | undefined): number =>
  rate === undefined ? portion : Math.max(1, Math.min(portion, Math.floor(rate / PORTIONS_A_SECOND)));
