import { hashOf } from '../../../shared/archive/layout.ts';
import type { Row } from '../../../shared/archive/rows.ts';
import type { Shelf } from '../../../shared/archive/shelf.ts';
import type { Look } from './look.ts';

/**
 * Segments that no manifest names. A compaction that was killed leaves one, whose lines are all in loose objects still. But
 * where the last manifest is gone, nothing else in the chain tells it: then the segment's lines are nowhere else.
 */
export class Orphans {
  readonly #look: Look;
  /** Ids of the lines of each that nothing else was seen to hold, by key. */
  readonly #alone = new Map<string, Set<string>>();

  constructor(look: Look) {
    this.#look = look;
  }

  async add({ read }: Shelf, key: string): Promise<void> {
    const body = await this.#look.read(key);
    if (!body) return;
    if (!key.includes(hashOf(body).slice(0, 16))) {
      this.#look.find('FOREIGN', key, 'is not named after its content');
      return;
    }
    const content = await this.#look.unzip(key, body, 'ORPHAN');
    const rows = content && this.#look.rows(key, content, read, 'ORPHAN');
    if (rows) this.#alone.set(key, new Set(rows.map(({ id }) => id)));
  }

  /** A line that counts. */
  seen({ id }: Row): void {
    for (const ids of this.#alone.values()) ids.delete(id);
  }

  /** @param isErasing whether an erasure was begun and is not at its end: what it takes may be in segments that it left behind */
  tell(isErasing: boolean): void {
    for (const [key, { size }] of this.#alone)
      if (size === 0) this.#look.find('ORPHAN', key, 'is a segment that no manifest names');
      else if (isErasing)
        this.#look.find(
          'ORPHAN',
          key,
          `is a segment that no manifest names; ${size} of its lines may be what is being erased`,
        );
      else if (this.#look.sawCold)
        this.#look.find(
          'ORPHAN',
          key,
          `is a segment that no manifest names; ${size} of its lines may be in cold objects`,
        );
      else this.#look.find('LOST_COMMIT', key, `holds ${size} lines that are nowhere else`);
  }
}
