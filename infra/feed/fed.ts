import type { Clock } from '../../shared/ports/clock.ts';
import type { Log } from '../../shared/ports/log.ts';
import type { Pause } from '../../shared/ports/pause.ts';

/** What any feed needs around it. */
export interface FeedSurroundings {
  /** Table writes a second; undefined: as fast as the table takes them. */
  readonly rate: number | undefined;
  readonly clock: Clock;
  readonly pause: Pause;
  readonly random: () => number;
  readonly log: Log;
  readonly signal: AbortSignal;
  onProgress?(fed: Fed): void;
}

export interface Fed {
  /** Lines of a file, or writes of generated lives. */
  lines: number;
  written: number;
  /** What was there already, or has left for the archive. */
  present: number;
  /** Lines that are no review, and items that the table does not take (those without a line). */
  readonly broken: { readonly line: number | undefined; readonly reason: string }[];
}
