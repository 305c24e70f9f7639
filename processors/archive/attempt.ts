import { bundleOf } from '../../shared/archive/bundle.ts';
import { bundleKey, collectionPrefix, partOf } from '../../shared/archive/layout.ts';
import { writeProven } from '../../shared/archive/lines.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import { AfterwriteError } from '../../shared/model/errors.ts';
import { type Key, keyId, keyText } from '../../shared/model/keys.ts';
import type { Names } from '../../shared/model/names.ts';
import type { System } from '../../shared/model/system.ts';
import type { ArchiveStore } from '../../shared/ports/archiveStore.ts';
import type { StateStore } from '../../shared/ports/stateStore.ts';
import type { TableStore } from '../../shared/ports/tableStore.ts';
import { type Attempt, departuresOf, saveDeparture } from '../../shared/state/departures.ts';
import { keyOf } from '../../shared/stream/change.ts';
import type { Leaving } from './leave.ts';
import type { Referred } from './referred.ts';

interface AttemptContext {
  readonly system: System;
  readonly names: Names;
  readonly table: TableStore;
  readonly state: StateStore;
  readonly archive: ArchiveStore;
}

/**
 * One attempt to take items out: their bundle is proven, and noted; then they may be marked and deleted.
 * @param gone keys of those that had expired before: no attempt has marked them
 */
export async function begin(
  { system, names, table, state, archive }: AttemptContext,
  about: { readonly collection: string; readonly source: Key; readonly due: number },
  { items, gone }: { readonly items: readonly Attributes[]; readonly gone: readonly Key[] },
  { copied }: Pick<Referred, 'copied'>,
): Promise<Leaving> {
  const { collection, source } = about;
  checkTenant(system, source, items);
  const bundle = bundleOf(system, names, about, items, copied);
  const prefix = collectionPrefix(system, names, collection, source);
  const object = await writeProven(archive, bundle.lines, (hash) => bundleKey(prefix, bundle.id, hash));
  const copies = [...new Set(copied.map(({ copy }) => copy))];
  const attempt = { object, ...(copies.length > 0 && { copies }) };
  const note = await noteAttempt(state, collection, source, attempt);
  const before = gone.map(keyId);
  return { table, bundle: bundle.id, noteUnmarked: (ids) => note([...ids, ...before]) };
}

/** A bundle is of one tenant, for it lies under that tenant's keys. */
function checkTenant(system: System, source: Key, items: readonly Attributes[]): void {
  const others = items
    .map((item) => keyOf(system.table, item))
    .find((key) => partOf(system, key) !== partOf(system, source));
  if (others)
    throw new AfterwriteError('ITEM_MALFORMED', `${keyText(others)} belongs to another tenant than its collection`, {
      mend: "correct the item, or the collection's 'elsewhere'",
    });
}

/**
 * Notes one more attempt, beside those that took a part. Gives back what notes how far it has come: one that has the same
 * bundle may have marked some of it, and be deleting them still.
 */
async function noteAttempt(
  state: StateStore,
  collection: string,
  source: Key,
  attempt: Attempt,
): Promise<Leaving['noteUnmarked']> {
  const [departure] = await departuresOf(state, collection, [source]);
  const before = departure?.state === 'leaving' ? (departure.attempts ?? []) : [];
  const others = before.filter(({ object }) => object !== attempt.object);
  const same = before.find(({ object }) => object === attempt.object);
  let noted = departure;
  const note = async (unmarked: Attempt['unmarked']): Promise<void> => {
    const attempts = [...others, { ...attempt, ...(unmarked && { unmarked }) }];
    noted = await saveDeparture(state, collection, { source, state: 'leaving', attempts }, noted);
  };
  await note(same?.unmarked);
  return (unmarked) => note(unmarked.filter((id) => same?.unmarked?.includes(id) ?? true));
}
