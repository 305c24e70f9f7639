import { type Envelope, publicationId } from '../../events/envelope.ts';
import type { EventRow, EventsTold } from './wire.ts';

interface Kept {
  readonly row: EventRow;
  readonly json: string;
}

interface Limits {
  readonly events: number;
  /** Characters of their JSON. */
  readonly characters: number;
}

/** What the console holds: about 32 MB of envelopes at most. */
export const LAST_EVENTS: Limits = { events: 10_000, characters: 16_000_000 };

const PREVIEW = 160;

/** The last events, as many as fit: a new one pushes out the oldest. An event that comes again is there already. */
export class RecentEvents {
  readonly #limits: Limits;
  /** By publication, oldest first. */
  readonly #kept = new Map<string, Kept>();
  #characters = 0;
  #seen = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** How many have been added; the newest has this index. */
  get seen(): number {
    return this.#seen;
  }

  get size(): number {
    return this.#kept.size;
  }

  /** @returns whether it is new */
  add(envelope: Envelope): boolean {
    const id = publicationId(envelope);
    if (this.#kept.has(id)) return false;
    const json = JSON.stringify(envelope);
    this.#kept.set(id, { row: rowOf(envelope, id, ++this.#seen), json });
    this.#characters += json.length;
    for (const [oldest, { json: gone }] of this.#kept) {
      if (this.#kept.size <= this.#limits.events && this.#characters <= this.#limits.characters) break;
      this.#kept.delete(oldest);
      this.#characters -= gone.length;
    }
    return true;
  }

  /** The newest behind an index, at most so many, oldest first. */
  after(index: number, limit: number): EventsTold {
    const waiting = this.#seen - index;
    const rows: EventRow[] = [];
    const newest = [...this.#kept.values()];
    for (let i = newest.length - 1; i >= 0 && rows.length < limit; i--) {
      const row = newest[i]?.row;
      if (row === undefined || row.index <= index) break;
      rows.push(row);
    }
    return { rows: rows.reverse(), skipped: waiting - rows.length };
  }

  /** The whole envelope as JSON. */
  find(id: string): string | undefined {
    return this.#kept.get(id)?.json;
  }
}

const rowOf = ({ metadata, data }: Envelope, id: string, index: number): EventRow => ({
  index,
  id,
  type: metadata.type,
  version: metadata.version,
  time: metadata.time,
  subject: metadata.subject,
  tenant: metadata.tenant ?? null,
  preview: cut(JSON.stringify(data) ?? 'null'),
});

const cut = (text: string): string => (text.length <= PREVIEW ? text : `${text.slice(0, PREVIEW - 1)}…`);
