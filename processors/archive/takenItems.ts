import { readItems } from '../../shared/archive/history.ts';
import { decodeLine, type JournalLine } from '../../shared/archive/journalLine.ts';
import { partOf } from '../../shared/archive/layout.ts';
import { journalShelf } from '../../shared/archive/shelf.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import { keyId, partitionOf } from '../../shared/model/keys.ts';
import type { Names } from '../../shared/model/names.ts';
import type { System } from '../../shared/model/system.ts';
import type { ArchiveStore } from '../../shared/ports/archiveStore.ts';
import type { TableStore } from '../../shared/ports/tableStore.ts';
import { type Change, keyOf } from '../../shared/stream/change.ts';
import { readMark } from '../../shared/stream/mark.ts';

interface Context {
  readonly system: System;
  readonly names: Names;
  readonly table: TableStore;
  readonly archive: ArchiveStore;
}

/**
 * Of items that an attempt has marked with its bundle: those that left by that mark, and that nobody has deleted otherwise.
 * Only the stream tells, so the journal is asked; undefined while it does not tell of all of them yet.
 */
export async function takenItems(
  { system, names, table, archive }: Context,
  { bundle, items }: { bundle: string; items: readonly Attributes[] },
): Promise<Attributes[] | undefined> {
  const itemOf = (attributes: Attributes): string => partitionOf(keyOf(system.table, attributes));
  const present = await table.read(items.map((item) => keyOf(system.table, item)));
  const gone = items.filter((item) => !present.has(keyId(keyOf(system.table, item))));
  const [first] = gone;
  if (!first) return [];
  // A bundle is of one tenant.
  const shelf = journalShelf(system, names, archive, { tenant: partOf(system, keyOf(system.table, first)) });
  const rows = await readItems(shelf, gone.map(itemOf));
  const taken: Attributes[] = [];
  for (const item of gone) {
    const own = rows.filter((row) => row.item === itemOf(item));
    const end = endSinceMarked(
      own.map(({ value }) => decodeLine(system, value as JournalLine)),
      bundle,
    );
    if (!end) return undefined;
    if (end.archived?.bundle === bundle) taken.push(item);
  }
  return taken;
}

/** The last deletion since the bundle's mark was set. */
function endSinceMarked(changes: readonly Change[], bundle: string): Change | undefined {
  const marked = changes.findLastIndex(({ record }) => readMark(record.new)?.leaving === bundle);
  return marked < 0 ? undefined : changes.slice(marked).findLast(({ record }) => record.new === undefined);
}
