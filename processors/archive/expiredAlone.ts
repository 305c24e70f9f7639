import { whereSound } from '../../shared/model/errors.ts';
import type { Names } from '../../shared/model/names.ts';
import type { Collection } from '../../shared/model/retention.ts';
import type { System } from '../../shared/model/system.ts';
import type { ArchiveStore } from '../../shared/ports/archiveStore.ts';
import type { StateStore } from '../../shared/ports/stateStore.ts';
import type { TableStore } from '../../shared/ports/tableStore.ts';
import type { StoredDue } from '../../shared/state/due.ts';
import { decodeItem } from '../../shared/stream/change.ts';
import { endsCounted, imageLeft } from '../../shared/stream/counted.ts';
import { begin } from './attempt.ts';
import { changesOf } from './awayCopies.ts';

interface Context {
  readonly system: System;
  readonly names: Names;
  readonly table: TableStore;
  readonly state: StateStore;
  readonly archive: ArchiveStore;
}

/**
 * Of an item that was to leave by itself and is gone: whether the journal does not tell yet how. Where the table's TTL took it, before
 * the sweeper came, it is bundled as the journal has it, and on its way like any other. What a user deleted stays deleted. Where
 * the journal lives no more there is nothing to copy.
 */
export async function isUnread(context: Context, collection: Collection, { source, due }: StoredDue): Promise<boolean> {
  if (!collection.alone || (await context.table.read([source])).size > 0) return false;
  const end = (await changesOf(context, [source]))(source).at(-1);
  if (!end || end.record.new) return end !== undefined;
  const item = imageLeft(end);
  if (!item || !endsCounted(end) || end.cause === 'archived') return false;
  const told = whereSound(() => collection.due(decodeItem(context.system, end.source, source, item)));
  if (told !== due) return false;
  await begin(context, { collection: collection.name, source, due }, { items: [item], gone: [source] }, { copied: [] });
  return false;
}
