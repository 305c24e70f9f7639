import { objectLocked } from '../../../shared/archive/locked.ts';
import { appendManifest, type Erasure, readChain } from '../../../shared/archive/manifest.ts';
import type { Shelf } from '../../../shared/archive/shelf.ts';
import { AfterwriteError } from '../../../shared/model/errors.ts';
import { isoUtc } from '../../../shared/model/time.ts';
import { eraseFromBundle } from './bundles.ts';
import { type About, eraseFromShelf, type Rewriting } from './rewrite.ts';
import { type EraseContext, type Survey, shelvesIn } from './survey.ts';

/*
 * Taking all of one person out of the archive. Steps: begun (a manifest of the journal says so) -> claims -> bundles ->
 * events -> journal -> ended (another one). Each is safe to repeat, and the journal comes last: it is by its changes that
 * events and claims are found, so whoever runs it again after a crash finds what is left.
 */

export interface EraseOptions {
  /** Epoch milliseconds. */
  readonly now: number;
  /** Who asked, or why: kept in the archive for ever. */
  readonly reason?: string;
  readonly signal?: AbortSignal;
}

/** Throws ARCHIVE_LOCKED, ARCHIVE_COLD, ERASE_REFUSED: then nothing was changed. */
function requireErasable({ search, locked, spilled }: Survey): void {
  const [latest] = locked.toSorted((a, b) => b.lock.until - a.lock.until);
  if (latest) throw objectLocked(latest.key, latest.lock, locked.length - 1);
  requireReadable(search);
  if (spilled.length > 0)
    throw new AfterwriteError('ERASE_REFUSED', `changes of it wait for the bus in ${spilled[0]}`, {
      mend: "let 'afterwrite run' publish them, and erase then; nothing was changed",
    });
}

function requireReadable({ cold }: Survey['search']): void {
  const [first] = cold;
  if (first === undefined) return;
  throw new AfterwriteError('ARCHIVE_COLD', `${cold.length} objects lie in cold storage, first ${first}`, {
    mend: "ask for them with 'afterwrite archive restore', and erase again once they can be read",
  });
}

/** Whether there is anything to do. */
export const isNothing = ({ objects, bundles, claims, unfinished }: Survey): boolean =>
  objects.length + bundles.length + claims.length === 0 && unfinished === undefined;

/** Gives back the erasure's id; undefined where it was stopped. Throws ARCHIVE_LOCKED, ARCHIVE_COLD, ERASE_REFUSED. */
export async function erase(
  context: EraseContext,
  found: Survey,
  { now, reason, signal }: EraseOptions,
): Promise<string | undefined> {
  requireErasable(found);
  const { search, subject, unfinished } = found;
  const about: About = {
    id: unfinished?.id ?? `${isoUtc(now).replace(/[-:]|\.\d+/g, '')}-${subject.slice(0, 8)}`,
    subject,
    ...(reason !== undefined && { reason }),
  };
  const { journals, events } = await shelvesIn(context);
  const touched = journals.filter(({ tenant }) => found.tenants.has(tenant));
  /** Each tenant's journal tells that there was one; the first, what it took beside lines. */
  const say = async (first: Partial<Erasure>, others: Partial<Erasure> = {}): Promise<void> => {
    for (const [i, journal] of (touched.length > 0 ? touched : journals.slice(0, 1)).entries())
      await note(journal, now, { ...about, lines: 0, shards: [], ...(i === 0 ? first : others) });
  };
  const whole = found.bundles.filter(({ isWhole }) => isWhole).map(({ id }) => id);
  await say(whole.length > 0 ? { bundles: [...new Set(whole)] } : {});
  // Before the bundles that name them, so that who goes on after a crash finds them.
  for (const key of [...found.claims, ...found.copies]) await context.archive.erase(key);
  const rewriting: Rewriting = { search, about, now, signal, counted: new Set() };
  for (const bundle of found.bundles) await eraseFromBundle({ ...context, search }, bundle, about.id);
  // A change that came while it ran may have brought an event before it.
  for (let known = -1; known < search.changes.size; ) {
    known = search.changes.size;
    for (const shelf of [...events, ...journals]) if (!(await eraseFromShelf(shelf, rewriting))) return undefined;
  }
  requireReadable(search);
  const items = found.bundles.reduce((sum, bundle) => sum + bundle.items, 0);
  await say({ ended: { items, claims: found.claims.length } }, { ended: { items: 0, claims: 0 } });
  return about.id;
}

/** A manifest that only tells. Of two writers one has the number, and the other takes the next. */
async function note({ archive, manifests }: Shelf, now: number, erasure: Erasure): Promise<void> {
  const content = { at: now, segments: [], covers: [], erasing: { replaces: [], erasure } };
  for (;;) if (await appendManifest(archive, manifests, await readChain(archive, manifests), content)) return;
}
