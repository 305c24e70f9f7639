import type { Attributes } from '../../shared/model/attribute.ts';
import { keyId } from '../../shared/model/keys.ts';
import type { Names } from '../../shared/model/names.ts';
import type { System } from '../../shared/model/system.ts';
import type { ArchiveStore } from '../../shared/ports/archiveStore.ts';
import type { TableStore } from '../../shared/ports/tableStore.ts';
import { type Change, keyOf } from '../../shared/stream/change.ts';
import { readMark } from '../../shared/stream/mark.ts';
import { changesOf } from './awayCopies.ts';

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
  context: Context,
  { bundle, items }: { bundle: string; items: readonly Attributes[] },
): Promise<Attributes[] | undefined> {
  const keyed = items.map((item) => ({ item, key: keyOf(context.system.table, item) }));
  const present = await context.table.read(keyed.map(({ key }) => key));
  const gone = keyed.filter(({ key }) => !present.has(keyId(key)));
  const changes = await changesOf(
    context,
    gone.map(({ key }) => key),
  );
  const taken: Attributes[] = [];
  for (const { item, key } of gone) {
    const end = endSinceMarked(changes(key), bundle);
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
