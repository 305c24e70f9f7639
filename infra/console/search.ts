import { archivedEvents } from '../../processors/replay/events.ts';
import type { Selection } from '../../shared/state/replays.ts';
import type { Workplace } from '../pipeline/workplace.ts';
import { RecentEvents } from './recentEvents.ts';
import type { EventRow } from './wire.ts';

const MOST_FOUND = 200;
const FOUND = { events: MOST_FOUND, characters: 16_000_000 };

export interface Found {
  /** The newest of them, the newest first. */
  readonly rows: readonly EventRow[];
  /** How many matched. */
  readonly matching: number;
}

type Place = Pick<Workplace, 'system' | 'names' | 'archive'>;

/** The archive's events that hold a text, whatever they are compacted into. What was found last can be read whole. */
export class Search {
  readonly #place: Place;
  #found = new RecentEvents(FOUND);

  constructor(place: Place) {
    this.#place = place;
  }

  /** Reads all events of the archive that the selection allows. */
  async find(text: string, selection: Selection, signal: AbortSignal): Promise<Found> {
    const { system, names, archive } = this.#place;
    const wanted = text.toLowerCase();
    // By time: the archive gives them item by item.
    let newest: { readonly time: string; readonly envelope: Parameters<RecentEvents['add']>[0] }[] = [];
    let matching = 0;
    for await (const envelope of archivedEvents(system, names, archive, selection)) {
      if (signal.aborted) break;
      if (!JSON.stringify(envelope).toLowerCase().includes(wanted)) continue;
      matching++;
      newest.push({ time: envelope.metadata.time, envelope });
      if (newest.length >= 2 * MOST_FOUND) newest = lastOf(newest);
    }
    const found = new RecentEvents(FOUND);
    for (const { envelope } of lastOf(newest)) found.add(envelope);
    this.#found = found;
    return { rows: [...found.after(0, MOST_FOUND).rows].reverse(), matching };
  }

  /** An envelope of the last search. */
  whole(id: string): string | undefined {
    return this.#found.find(id);
  }
}

const lastOf = <Timed extends { readonly time: string }>(all: readonly Timed[]): Timed[] =>
  [...all].sort((a, b) => (a.time < b.time ? -1 : 1)).slice(-MOST_FOUND);
