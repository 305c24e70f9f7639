import pMap from 'p-map';
import type { Attributes } from '../../shared/model/attribute.ts';
import { openDeadlines } from '../../shared/model/deadline.ts';
import type { Entity } from '../../shared/model/entity.ts';
import { whereSound } from '../../shared/model/errors.ts';
import { imageHash } from '../../shared/model/imageHash.ts';
import { keyId } from '../../shared/model/keys.ts';
import { reservedIn } from '../../shared/model/reserved.ts';
import type { System } from '../../shared/model/system.ts';
import { isoUtc } from '../../shared/model/time.ts';
import type { Log } from '../../shared/ports/log.ts';
import type { StateStore } from '../../shared/ports/stateStore.ts';
import type { TableStore } from '../../shared/ports/tableStore.ts';
import { dueBy, type StoredDue } from '../../shared/state/due.ts';
import { decodeItem, keyOf } from '../../shared/stream/change.ts';
import { queueOf } from '../../shared/stream/due.ts';
import { copyOf } from './leave.ts';
import { forgetOvertaken } from './overtaken.ts';
import { unlessRefused } from './refused.ts';

interface Context {
  readonly system: System;
  readonly table: TableStore;
  readonly state: StateStore;
  readonly log: Log;
}

const AT_ONCE = 8;

/**
 * Notes the deadlines that have passed: each by one write, on the condition that the item is as it was read. What was written
 * on in between names its moment anew, with an entry of its own. Safe to repeat: an item is noted once.
 * @param now epoch milliseconds @returns how many items were written
 */
export async function passDeadlines(context: Context, now: number, signal?: AbortSignal): Promise<number> {
  let passed = 0;
  for (const entity of context.system.entities)
    for (const { field } of entity.deadlines)
      await pMap(
        dueBy(context.state, queueOf(entity, { field }), now),
        async (entry) => {
          if (signal?.aborted) return;
          const outcome = await unlessRefused(context.log, entry, 'its deadline is not noted', () =>
            passOne(context, entity, field, entry),
          );
          if (outcome === 'written') passed++;
          if (outcome === 'written' || outcome === 'void')
            await forgetOvertaken(context, queueOf(entity, { field }), entry);
        },
        { concurrency: AT_ONCE },
      );
  return passed;
}

/** `again`: somebody wrote in between, or nobody can tell its moment for now; `void`: the item names this moment no more. */
type Outcome = 'written' | 'again' | 'void';

async function passOne(
  { system, table }: Context,
  entity: Entity<unknown>,
  field: string,
  { source, due, silent }: StoredDue,
): Promise<Outcome> {
  const stored = (await table.read([source])).get(keyId(source));
  if (!stored) return 'void';
  const open = whereSound(() => openDeadlines(entity.deadlines, decodeItem(system, entity, source, stored)));
  // The item may be corrected, or the declaration: by that nothing is written, and nothing would name the moment anew.
  if (!open) return 'again';
  if (!open.some((deadline) => deadline.field === field && deadline.at === due)) return 'void';
  const value = { S: isoUtc(due) };
  const copy = copyOf(system, stored);
  if (!silent) return (await table.fill([{ copy, field, value }]))[0] ? 'written' : 'again';
  const added = { [field]: value };
  const isMarked = reservedIn(stored) !== undefined;
  const [outcome] = await table.backfill([{ ...copy, added, hash: imageHash(added), isMarked }]);
  return outcome === 'written' ? 'written' : 'again';
}

/**
 * Whether an item has come to a moment that nobody has noted: what left so would count as before it for good. Throws what keeps
 * it from being told, of which the same is true.
 */
export function hasOpenDeadline(system: System, item: Attributes, now: number): boolean {
  const key = keyOf(system.table, item);
  const source = system.sourceOf(key);
  if (!source || source.derived || source.deadlines.length === 0) return false;
  return openDeadlines(source.deadlines, decodeItem(system, source, key, item)).some(({ at }) => at <= now);
}
