import pMap from 'p-map';
import type { Envelope } from '../../../events/envelope.ts';
import { changeOfRow } from '../../../shared/archive/journal.ts';
import type { JournalLine } from '../../../shared/archive/journalLine.ts';
import { hashOf } from '../../../shared/archive/layout.ts';
import type { Chain } from '../../../shared/archive/manifest.ts';
import type { Row } from '../../../shared/archive/rows.ts';
import type { Shelf } from '../../../shared/archive/shelf.ts';
import { isAfterwriteError } from '../../../shared/model/errors.ts';
import type { System } from '../../../shared/model/system.ts';
import { endsCounted } from '../../../shared/stream/counted.ts';
import { isGone, type Lying, lyingIn, rowsLying } from './lying.ts';
import { Matcher, type Subject } from './subject.ts';

const PARTS_AT_ONCE = 4;
/** Data of shorter lines is never claimed: claims are of 200 KB, and a character has four bytes at most. */
const CLAIMED_CHARACTERS = 50_000;

/**
 * What an erasure looks for, and has seen. The journal is read before the events: those that came of its changes go with
 * them, whatever they hold themselves.
 */
export class Search {
  readonly matcher: Matcher;
  /** Stream events of the changes, and publication ids of the events. */
  readonly changes = new Set<string>();
  readonly events = new Set<string>();
  /** Hashes of event data that may have been claimed. */
  readonly claimed = new Set<string>();
  /** Objects that can't be read before they are restored. */
  readonly cold: string[] = [];
  /** Items that left the table, and that statistics count on. */
  departed = 0;
  /** When the last of the changes was made, epoch milliseconds. */
  latest: number | undefined;
  /** Objects that hold nothing of it, and of how many changes that was asked: names derive from content, so it stays so. */
  readonly #clean = new Map<string, number>();
  readonly #system: System;
  readonly #onObject: () => void;

  constructor(system: System, subject: Subject, onObject: () => void) {
    this.#system = system;
    this.matcher = new Matcher(subject);
    this.#onObject = onObject;
  }

  /** What lies there and holds lines of it, or held them before an erasure that was cut off. */
  async in(shelf: Shelf, chain: Chain): Promise<Lying[]> {
    const unknown = (await lyingIn(shelf, chain)).filter(({ key }) => this.#clean.get(key) !== this.#asked(shelf));
    const found = await pMap(unknown, (lying) => this.#holds(shelf, lying), { concurrency: PARTS_AT_ONCE });
    return unknown.filter((_, i) => found[i]);
  }

  /** Whether a line of this kind is of an item that afterwrite keeps. */
  readonly isDerived = (kind: string): boolean => this.#system.statistics.some(({ name }) => name === kind);

  /** Whether a line goes. */
  takes({ dataset }: Pick<Shelf, 'dataset'>, row: Row): boolean {
    if (dataset === 'journal') return this.matcher.change(row);
    return this.changes.has((row.value as Envelope).metadata.origin.streamEventId) || this.matcher.envelope(row);
  }

  async #holds(shelf: Shelf, lying: Lying): Promise<boolean> {
    if (lying.state === 'replaced') return true;
    this.#onObject();
    let found = false;
    try {
      for await (const rows of rowsLying(shelf, lying, (member) => this.matcher.mayBeWithin(member)))
        for (const row of rows)
          if (this.takes(shelf, row)) {
            found = true;
            this.#note(shelf, row);
          }
    } catch (error) {
      if (isGone(error)) return false;
      if (!isAfterwriteError(error, 'ARCHIVE_COLD')) throw error;
      this.cold.push(lying.key);
      return false;
    }
    if (!found) this.#clean.set(lying.key, this.#asked(shelf));
    return found;
  }

  /** The journal's own lines are told alone, events by the changes that are known. */
  #asked({ dataset }: Shelf): number {
    return dataset === 'events' ? this.changes.size : 0;
  }

  #note({ dataset }: Shelf, row: Row): void {
    if (dataset === 'events') {
      this.events.add(row.id);
      if (row.line.length > CLAIMED_CHARACTERS) this.claimed.add(hashOf(JSON.stringify((row.value as Envelope).data)));
      return;
    }
    if (this.changes.has(row.id)) return;
    this.changes.add(row.id);
    this.latest = Math.max(this.latest ?? 0, (row.value as JournalLine).at);
    if (this.#countsOn(row)) this.departed++;
  }

  #countsOn(row: Row): boolean {
    const change = changeOfRow(this.#system, row);
    const { source } = change;
    return endsCounted(change) && source !== undefined && !source.derived && this.#system.outletsOf(source).length > 0;
  }
}
