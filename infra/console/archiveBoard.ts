import pMap from 'p-map';
import { DATASETS, type Dataset } from '../../shared/archive/layout.ts';
import { listDataset } from '../../shared/archive/listing.ts';
import { isCold } from '../../shared/model/retention.ts';
import { isoUtc } from '../../shared/model/time.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Workplace } from '../pipeline/workplace.ts';
import type { ArchiveCell, ArchiveState, ArchiveTold } from './wire.ts';

/** The archive is listed at most every so often, and never for more than a tenth of the time. */
const LEAST_MS = 5_000;
const TIMES_ITS_LISTING = 10;
/** Each is a request. */
const MOST_ASKED = 500;
const AT_ONCE = 16;

/** What lies in the archive, added up: bounded by days and classes, however many objects there are. */
export class ArchiveBoard {
  readonly #place: Workplace;
  readonly #clock: Clock;
  #told: { readonly at: number; readonly tookMs: number; readonly told: ArchiveTold } | undefined;
  #listing: Promise<ArchiveTold> | undefined;

  constructor(place: Workplace, clock: Clock) {
    this.#place = place;
    this.#clock = clock;
  }

  /** Who asks while it is listed waits for that. */
  async told(): Promise<ArchiveTold> {
    const known = this.#told;
    if (known && this.#clock.now() - known.at <= Math.max(LEAST_MS, TIMES_ITS_LISTING * known.tookMs))
      return known.told;
    this.#listing ??= this.#list().finally(() => {
      this.#listing = undefined;
    });
    return this.#listing;
  }

  async #list(): Promise<ArchiveTold> {
    const began = this.#clock.now();
    const { system, names, archive } = this.#place;
    const cells = new Map<string, Cell>();
    const cold: { readonly key: string; readonly cell: Cell }[] = [];
    for (const dataset of DATASETS)
      for await (const { key, bytes, storageClass } of listDataset(system, names, archive, dataset)) {
        const cell = cellFor(cells, { dataset, day: dayIn(key), storageClass });
        cell.objects++;
        cell.bytes += bytes;
        if (!isCold(storageClass)) cell.states.readable++;
        else if (cold.length < MOST_ASKED) cold.push({ key, cell });
        else cell.states.unknown++;
      }
    const look = async ({ key, cell }: (typeof cold)[number]): Promise<void> => {
      const { state } = await archive.readability(key);
      cell.states[state === 'restored' ? 'readable' : state]++;
    };
    await pMap(cold, look, { concurrency: AT_ONCE });
    const told = { readAt: isoUtc(this.#clock.now()), cells: inOrder([...cells.values()]) };
    this.#told = { at: this.#clock.now(), tookMs: this.#clock.now() - began, told };
    return told;
  }
}

/** While it is counted. */
type Cell = Pick<ArchiveCell, 'dataset' | 'day' | 'storageClass'> & {
  objects: number;
  bytes: number;
  readonly states: Record<ArchiveState, number>;
};

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
