import pMap from 'p-map';
import { DATASETS, type Dataset } from '../../shared/archive/layout.ts';
import { listDataset } from '../../shared/archive/listing.ts';
import { isAfterwriteError } from '../../shared/model/errors.ts';
import { isCold } from '../../shared/model/retention.ts';
import { isoUtc } from '../../shared/model/time.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Workplace } from '../pipeline/workplace.ts';
import { SharedReading } from './sharedReading.ts';
import type { ArchiveCell, ArchiveState, ArchiveTold } from './wire.ts';

const LEAST_MS = 5_000;
/** Each is a request. */
const MOST_ASKED = 500;
const AT_ONCE = 16;

type Place = Pick<Workplace, 'system' | 'names' | 'archive'>;

/** What lies in the archive, added up: bounded by days and classes, however many objects there are. */
export class ArchiveBoard {
  readonly #place: Place;
  readonly #listing: SharedReading<ArchiveCell[]>;

  constructor(place: Place, clock: Clock) {
    this.#place = place;
    this.#listing = new SharedReading(() => this.#list(), LEAST_MS, clock);
  }

  async told(): Promise<ArchiveTold> {
    const { at, result } = await this.#listing.told();
    return { readAt: isoUtc(at), cells: result };
  }

  async #list(): Promise<ArchiveCell[]> {
    const { system, names, archive } = this.#place;
    const cells = new Map<string, Cell>();
    const cold: Cold[] = [];
    for (const dataset of DATASETS)
      for await (const { key, bytes, storageClass } of listDataset(system, names, archive, dataset)) {
        const cell = cellFor(cells, { dataset, day: dayIn(key), storageClass });
        cell.objects++;
        cell.bytes += bytes;
        if (!isCold(storageClass)) cell.states.readable++;
        else if (cold.length < MOST_ASKED) cold.push({ key, bytes, cell });
        else cell.states.unknown++;
      }
    await pMap(cold, (object) => this.#look(object), { concurrency: AT_ONCE });
    return inOrder([...cells.values()].filter(({ objects }) => objects > 0));
  }

  async #look({ key, bytes, cell }: Cold): Promise<void> {
    try {
      const { state } = await this.#place.archive.readability(key);
      cell.states[state === 'restored' ? 'readable' : state]++;
    } catch (error) {
      if (!isAfterwriteError(error, 'NOT_FOUND')) throw error;
      // It went since it was listed.
      cell.objects--;
      cell.bytes -= bytes;
    }
  }
}

/** While it is counted. */
type Cell = Pick<ArchiveCell, 'dataset' | 'day' | 'storageClass'> & {
  objects: number;
  bytes: number;
  readonly states: Record<ArchiveState, number>;
};

interface Cold {
  readonly key: string;
  readonly bytes: number;
  readonly cell: Cell;
}

function cellFor(cells: Map<string, Cell>, of: Pick<ArchiveCell, 'dataset' | 'day' | 'storageClass'>): Cell {
  const id = JSON.stringify([of.dataset, of.day, of.storageClass]);
  const known = cells.get(id);
  if (known) return known;
  const cell = { ...of, objects: 0, bytes: 0, states: { readable: 0, restoring: 0, cold: 0, unknown: 0 } };
  cells.set(id, cell);
  return cell;
}

/** YYYY-MM-DD, where the key's place tells it. */
const dayIn = (key: string): string | null => /\/dt=(\d{4}-\d\d-\d\d)\//.exec(key)?.[1] ?? null;

/** The newest day first, then as datasets are declared. */
const inOrder = (cells: readonly ArchiveCell[]): ArchiveCell[] =>
  [...cells].sort(
    (a, b) =>
      (b.day ?? '').localeCompare(a.day ?? '') ||
      DATASETS.indexOf(a.dataset as Dataset) - DATASETS.indexOf(b.dataset as Dataset) ||
      a.storageClass.localeCompare(b.storageClass),
  );
