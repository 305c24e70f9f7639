import { BUNDLE_ID_DIGITS } from '../../shared/archive/bundle.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import { AfterwriteError } from '../../shared/model/errors.ts';
import { imageHash } from '../../shared/model/imageHash.ts';
import { keysOfIndex } from '../../shared/model/indexKeys.ts';
import { type Key, keyId, keyText, sameKey } from '../../shared/model/keys.ts';
import { RESERVED_ATTRIBUTE } from '../../shared/model/reserved.ts';
import { withoutSecrets } from '../../shared/model/secrets.ts';
import { itemBytes, MAX_ITEM_BYTES } from '../../shared/model/size.ts';
import type { System } from '../../shared/model/system.ts';
import type { Copy, TableStore } from '../../shared/ports/tableStore.ts';
import { keyOf } from '../../shared/stream/change.ts';
import { leavingMark, withoutMark } from '../../shared/stream/mark.ts';

/*
 * How one item leaves. States: copied (its copy is proven) -> marked (it counts as archived) -> gone.
 *
 * Both steps hold only while the item is as its copy says. So no mark ever vouches for an image that is not proven, and a
 * write that comes late, of a process that hung or died, takes nothing but what its own bundle holds. What is written in
 * between stays, and leaves with a later bundle.
 *
 * A stream record does not tell who deleted. It is the mark that makes a deletion afterwrite's, so it is set as late as can
 * be, right before, with the copy's hash: what was written on since and then deleted was deleted by somebody else. A user's
 * delete of just what was copied ends what was begun: the copy is proven and equal.
 */

/** DynamoDB takes 300 operators and 4 KB of condition. So many attributes that are compared, or must be absent, fit for certain. */
const MOST_COMPARED = 120;

/** Of a mark that names a bundle: an item leaves, and comes back, with one. */
export const MARK_BYTES = itemBytes({
  [RESERVED_ATTRIBUTE]: leavingMark({ leaving: 'x'.repeat(BUNDLE_ID_DIGITS), head: true, copy: imageHash({}) }),
});

/** @param item as it stands in the table, with or without the mark of an earlier attempt. */
export function copyOf(system: System, item: Attributes): Copy {
  const attributes = withoutMark(item);
  const key = keyOf(system.table, attributes);
  const { ttl } = system.table;
  const source = system.sourceOf(key);
  const known = new Set([
    ...(source?.fields ?? []),
    ...addedLater(source, system),
    ...(ttl === undefined ? [] : [ttl]),
  ]);
  const lacks = [...known].filter((name) => attributes[name] === undefined);
  const compared = Object.keys(attributes).length + lacks.length;
  if (compared > MOST_COMPARED)
    throw new AfterwriteError('ITEM_TOO_WIDE', `${keyText(key)} has or may have ${compared} attributes`, {
      mend: `a delete can compare ${MOST_COMPARED} of them with the proven copy: keep some in a map`,
    });
  const bytes = itemBytes(attributes);
  if (bytes + MARK_BYTES > MAX_ITEM_BYTES)
    throw new AfterwriteError('ITEM_TOO_LARGE', `${keyText(key)} has ${bytes} bytes, and no room for the mark`, {
      mend: `an item may have ${MAX_ITEM_BYTES}, and its mark takes ${MARK_BYTES}: make it shorter`,
    });
  const hash = imageHash(withoutSecrets(source?.secrets, attributes));
  return { key, attributes, lacks, hash };
}

/** Keys of indexes that a backfill may add while an item leaves: with them it is another one. */
function addedLater(source: ReturnType<System['sourceOf']>, { table: { indexes = [] } }: System): string[] {
  if (!source || source.derived || !source.indexes) return [];
  return indexes.flatMap(keysOfIndex);
}

/** How a bundle's items leave the table. */
export interface Leaving {
  readonly table: TableStore;
  readonly bundle: string;
  /** Told before anything of what was just marked is deleted: which items of the bundle have no mark, by `keyId`. */
  noteUnmarked(ids: readonly string[]): Promise<void>;
}

/** The named one where it is still there, else the last: somebody must speak for the collection. */
export const headOf = (copies: readonly Copy[], named: Key | undefined): Copy | undefined =>
  copies.find(({ key }) => named !== undefined && sameKey(key, named)) ?? copies[copies.length - 1];

/**
 * Children first: while the head stands, the collection is known to be unfinished. False where something was written
 * anew in between and stays: then the head stays too, unmarked.
 */
export async function leave(leaving: Leaving, copies: readonly Copy[], named: Key | undefined): Promise<boolean> {
  const head = headOf(copies, named);
  const children = copies.filter((copy) => copy !== head);
  const unmarked = idsOf(copies);
  if (!(await removeAll(leaving, children, unmarked, false))) return false;
  return head === undefined || removeAll(leaving, [head], unmarked, true);
}

/** The head stays, and others that it speaks for. */
export const leaveChildren = (leaving: Leaving, children: readonly Copy[]): Promise<boolean> =>
  removeAll(leaving, children, idsOf(children), false);

const idsOf = (copies: readonly Copy[]): Set<string> => new Set(copies.map(({ key }) => keyId(key)));

/** Whether all are gone. One that is gone although its step was refused: a lost answer, or somebody else was faster. */
async function removeAll(
  { table, bundle, noteUnmarked }: Leaving,
  copies: readonly Copy[],
  unmarked: Set<string>,
  head: boolean,
): Promise<boolean> {
  const marked = await table.mark(copies.map((copy) => ({ copy, leaving: bundle, head })));
  const leaving = copies.filter((_, i) => marked[i]);
  for (const { key } of leaving) unmarked.delete(keyId(key));
  if (leaving.length > 0) await noteUnmarked([...unmarked]);
  const removed = await table.removeMarked(leaving, bundle);
  const gone = new Set(leaving.filter((_, i) => removed[i]).map(({ key }) => keyId(key)));
  const left = copies.map(({ key }) => key).filter((key) => !gone.has(keyId(key)));
  return left.length === 0 || (await table.read(left)).size === 0;
}
