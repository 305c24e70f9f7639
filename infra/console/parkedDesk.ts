import * as z from 'zod';
import { AfterwriteError } from '../../shared/model/errors.ts';
import { keyText } from '../../shared/model/keys.ts';
import { persist } from '../../shared/stream/persist.ts';
import type { PipelineOptions } from '../pipeline/options.ts';
import { newWorker, PARKING, type ParkedItem, parkedItems, workOffItem } from '../pipeline/parkedItems.ts';
import type { Workplace } from '../pipeline/workplace.ts';
import { parkedRow } from '../views/parkedRow.ts';
import type { ParkedRow, ParkedTold, WorkedOffTold } from './wire.ts';

const MOST_LISTED = 200;

const Working = z.strictObject({
  how: z.enum(['redrive', 'drop']),
  processor: z.enum(PARKING),
  key: z.string().min(1).max(4_096),
});

/** What is parked, without its content, and what is done about it. */
export class ParkedDesk {
  readonly #place: Workplace;
  readonly #options: PipelineOptions;
  readonly #signal: AbortSignal;

  constructor(place: Workplace, options: PipelineOptions, signal: AbortSignal) {
    this.#place = place;
    this.#options = options;
    this.#signal = signal;
  }

  async list(): Promise<ParkedTold> {
    const rows: ParkedRow[] = [];
    for await (const item of parkedItems(this.#place, {})) {
      if (rows.length === MOST_LISTED) return { rows, more: true };
      rows.push(parkedRow(item));
    }
    return { rows, more: false };
  }

  /** Throws USAGE, NOT_FOUND. What fails in passing is tried again. */
  async work(body: unknown): Promise<WorkedOffTold> {
    const parsed = Working.safeParse(body);
    if (!parsed.success)
      throw new AfterwriteError('USAGE', 'that is no redrive or drop of an item', { mend: 'load the page anew' });
    const { how, processor, key } = parsed.data;
    for await (const item of parkedItems(this.#place, { processor, key })) return this.#workOff(item, how);
    throw new AfterwriteError('NOT_FOUND', `nothing of ${key} is parked`, { mend: 'nothing: it was worked off' });
  }

  async #workOff(item: ParkedItem, how: 'redrive' | 'drop'): Promise<WorkedOffTold> {
    const signal = this.#signal;
    const work = { how, by: newWorker(), takeOver: false, signal };
    const worked = await persist(this.#options, { key: keyText(item.key) }, signal, () =>
      workOffItem(this.#place, item, work),
    );
    if (!worked) return { ended: 'stopped', changes: 0, problem: null };
    const { ended, changes, poison } = worked;
    if (ended === 'held')
      throw new AfterwriteError('PARKED_HELD', `another redrive or drop works on ${keyText(item.key)}`, {
        mend: "let it end; where it died, 'afterwrite parked redrive --take-over'",
      });
    const problem = poison ? { code: poison.code, message: poison.message, mend: poison.mend } : null;
    return { ended, changes, problem };
  }
}
