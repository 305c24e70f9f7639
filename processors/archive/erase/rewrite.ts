import type { JournalLine } from '../../../shared/archive/journalLine.ts';
import { hourlyPlace, segmentHours } from '../../../shared/archive/layout.ts';
import { appendManifest, type Chain, type Erasure, readChain } from '../../../shared/archive/manifest.ts';
import { lightly, type Row, sortedOnce } from '../../../shared/archive/rows.ts';
import type { Shelf } from '../../../shared/archive/shelf.ts';
import { startOfHour } from '../../../shared/model/time.ts';
import { writeSegment } from '../writeSegment.ts';
import { isGone, type Lying, rowsLying } from './lying.ts';
import type { Search } from './search.ts';

/*
 * How lines leave journal and events. States of an object that holds some: found -> stood for (a manifest replaces or covers
 * it, by a segment without them) -> erased. What no reader reads, a covered or a replaced one, goes at once. Killed
 * anywhere, the same again goes on: what was stood for is found as such, and the same segment has the same name.
 * Beside a compactor, one of the two has the manifest's number, and the other looks again at what there is.
 */

/** What all steps of one erasure say. */
export type About = Pick<Erasure, 'id' | 'subject' | 'reason'>;

export interface Rewriting {
  readonly search: Search;
  readonly about: About;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly signal: AbortSignal | undefined;
  /** Ids of lines that are counted as erased: one may lie in several objects. */
  readonly counted: Set<string>;
}

/** Objects whose lines become one segment. */
interface Group {
  readonly lying: readonly Lying[];
  readonly hours: { readonly from: number; readonly to: number };
}

/** Takes all of the subject's lines out of a dataset. False where it was stopped. */
export async function eraseFromShelf(shelf: Shelf, rewriting: Rewriting): Promise<boolean> {
  for (;;) {
    const chain = await readChain(shelf.archive, shelf.manifests);
    const found = await rewriting.search.in(shelf, chain);
    if (found.length === 0) return true;
    for (const { key, state } of found) if (state === 'covered' || state === 'replaced') await shelf.archive.erase(key);
    try {
      if (!(await rewriteAll(shelf, rewriting, chain, groupsOf(found)))) return false;
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
}

/**
 * A segment alone, and the objects of one hour together. Strays last: while the objects that one was made of are loose, a
 * compactor may make the same again under the same name, and name it just before it is erased. Once they are stood for, nobody can.
 */
function groupsOf(found: readonly Lying[]): Group[] {
  const hours = new Map<number, Lying[]>();
  for (const lying of found) {
    if (lying.state !== 'object') continue;
    const { hour } = hourlyPlace(lying.key);
    const known = hours.get(hour);
    if (known) known.push(lying);
    else hours.set(hour, [lying]);
  }
  const alone = (wanted: Lying['state']): Group[] =>
    found
      .filter(({ state }) => state === wanted)
      .map((lying) => ({ lying: [lying], hours: lying.segment ?? segmentHours(lying.key) }));
  const byHour = [...hours].map(([hour, lying]) => ({ lying, hours: { from: hour, to: hour } }));
  return [...alone('segment'), ...byHour, ...alone('stray')];
}

/** Ends early where a compactor had the number: what there is has to be looked at again. False where it was stopped. */
async function rewriteAll(
  shelf: Shelf,
  rewriting: Rewriting,
  given: Chain,
  groups: readonly Group[],
): Promise<boolean> {
  let chain: Chain | undefined = given;
  for (const group of groups) {
    if (rewriting.signal?.aborted) return false;
    chain = await standFor(shelf, rewriting, chain, group);
    if (!chain) return true;
    for (const { key } of group.lying) await shelf.archive.erase(key);
  }
  return true;
}

async function standFor(
  shelf: Shelf,
  { search, about, now, counted }: Rewriting,
  chain: Chain,
  { lying, hours }: Group,
): Promise<Chain | undefined> {
  const kept: Row[] = [];
  const taken: Row[] = [];
  for (const one of lying)
    for await (const rows of rowsLying(shelf, one))
      for (const row of rows) {
        if (search.takes(shelf, row)) taken.push(row);
        else kept.push(lightly(row));
      }
  const fresh = [...new Map(taken.map((row) => [row.id, row])).values()].filter(({ id }) => !counted.has(id));
  const keysOf = (states: readonly Lying['state'][]): string[] =>
    lying.filter(({ state }) => states.includes(state)).map(({ key }) => key);
  const next = await appendManifest(shelf.archive, shelf.manifests, chain, {
    at: now,
    segments: kept.length === 0 ? [] : [await writeSegment(shelf, sortedOnce(kept), hours)],
    covers: keysOf(['object']),
    erasing: {
      replaces: keysOf(['segment', 'stray']),
      erasure: { ...about, lines: fresh.length, shards: shelf.dataset === 'journal' ? shardsOf(fresh, search) : [] },
    },
  });
  if (next) for (const { id } of fresh) counted.add(id);
  return next;
}

function shardsOf(rows: readonly Row[], { isDerived }: Search): Erasure['shards'] {
  const counts = new Map<string, Erasure['shards'][number]>();
  for (const { kind, value } of rows) {
    const { stream, shard, at } = value as JournalLine;
    const hour = startOfHour(at);
    const id = `${hour} ${stream} ${shard}`;
    const known = counts.get(id) ?? { stream, shard, hour, user: 0, derived: 0 };
    known[isDerived(kind) ? 'derived' : 'user']++;
    counts.set(id, known);
  }
  return [...counts.values()];
}
