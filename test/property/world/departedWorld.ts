import { compact } from '../../../processors/archive/compact.ts';
import { archiveProcessor } from '../../../processors/archive/handler.ts';
import { type Departed, DepartedFeed } from '../../../processors/replay/departed.ts';
import { Ledger, takeReplay } from '../../../processors/replay/ledger.ts';
import { runReplay } from '../../../processors/replay/run.ts';
import type { ReplayTarget } from '../../../processors/replay/target.ts';
import { tableTarget } from '../../../processors/replay/targets/table.ts';
import { bundleOf } from '../../../shared/archive/bundle.ts';
import { bundleKey, collectionPrefix } from '../../../shared/archive/layout.ts';
import { writeProven } from '../../../shared/archive/lines.ts';
import { journalShelf } from '../../../shared/archive/shelf.ts';
import type { Attributes } from '../../../shared/model/attribute.ts';
import { imageHash } from '../../../shared/model/imageHash.ts';
import type { Key } from '../../../shared/model/keys.ts';
import { DAY_MS } from '../../../shared/model/retention.ts';
import { HOUR_MS } from '../../../shared/model/time.ts';
import { createReplay, type Replay } from '../../../shared/state/replays.ts';
import { decodeChange } from '../../../shared/stream/change.ts';
import { withoutMark } from '../../../shared/stream/mark.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import type { Killer } from '../../support/faults/killer.ts';
import { names, REPLAY, replayOf } from '../../support/given/replaying.ts';
import { versionItem } from '../../support/given/reviewerItems.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';
import { memoryState } from '../../support/memory/memoryState.ts';
import { MemoryTable } from '../../support/memory/memoryTable.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

export type Step = 'write' | 'delete' | 'archive' | 'expire';

const keyFor = (n: number): Key => ({ pk: `REVIEW#r${n}`, sk: 'VERSION#1' });

/** A table whose items come and go, its journal and bundles; and what the table is to hold once all that left is back. */
export class DepartedWorld {
  readonly clock = new TurnedClock();
  readonly table = new MemoryTable(reviewer.table, this.clock);
  readonly archive = new MemoryArchive();
  readonly state = memoryState();
  /** By item: what came away by archive or expiry last, without its mark; undefined where a user has deleted it. */
  readonly departed = new Map<number, Attributes | undefined>();
  /** Items that some bundle holds. */
  readonly bundled = new Set<number>();
  isJournalLost = false;
  lives = 0;
  #written = 0;
  #version = 0;

  /** What can't be done to an item that is not there is left out. */
  async step(n: number, step: Step): Promise<void> {
    const key = keyFor(n);
    this.clock.advance(HOUR_MS / 4);
    const item = this.table.item(key);
    if (step === 'write') {
      const expiresAt = { N: String(Math.floor((this.clock.now() + DAY_MS) / 1000)) };
      this.table.put({
        ...versionItem({ reviewId: `r${n}`, version: 1, riskScore: this.#version++ % 100 }),
        expiresAt,
      });
      this.departed.delete(n);
    } else if (item) {
      this.departed.set(n, step === 'delete' ? undefined : withoutMark(item));
      if (step === 'archive') await this.#archive(n, key, item);
      else this.table.remove(key, { byTtl: step === 'expire' });
    }
    await this.#read();
  }

  async #archive(n: number, key: Key, item: Attributes): Promise<void> {
    this.bundled.add(n);
    const about = { collection: 'review', source: { pk: key.pk, sk: 'STATS' }, due: this.clock.now() };
    const bundle = bundleOf(reviewer, names, about, [withoutMark(item)]);
    const prefix = collectionPrefix(reviewer, names, 'review', about.source);
    await writeProven(this.archive, bundle.lines, (hash) => bundleKey(prefix, bundle.id, hash));
    const copy = { key, attributes: withoutMark(item), lacks: [], hash: imageHash(withoutMark(item)) };
    await this.table.mark([{ copy, leaving: bundle.id, head: true }]);
    await this.table.removeMarked([copy], bundle.id);
  }

  async #read(): Promise<void> {
    const fresh = this.table.stream.records.slice(this.#written);
    this.#written += fresh.length;
    const changes = fresh.map((record) => decodeChange(reviewer, record, 'stream', 'shard-1'));
    await archiveProcessor(reviewer, names, { archive: this.archive, state: memoryState() }).process(changes);
  }

  compact(): Promise<unknown> {
    const shelf = journalShelf(reviewer, names, this.archive);
    return compact(shelf, { segmentBytes: 2_000, patienceMs: 0, now: this.clock.now() + DAY_MS });
  }

  async cool(...prefixes: string[]): Promise<void> {
    for (const prefix of prefixes)
      for await (const { key } of this.archive.list(prefix)) await this.archive.move(key, 'GLACIER');
  }

  /** As if the journal's declared life were over. */
  async loseJournal(): Promise<void> {
    this.isJournalLost = true;
    for (const prefix of ['v1/journal/', 'v1/segments/journal', 'v1/manifests/'])
      for await (const { key } of this.archive.list(prefix)) await this.archive.remove(key);
  }

  /** One process; false where it was killed. @param later milliseconds from the history's end */
  life(killer: Killer, asked: Partial<Replay> = {}, target = this.target(killer)): Promise<boolean> {
    const [archive, state] = [killer.through(this.archive), killer.through(this.state)];
    const by = `life-${this.lives++}`;
    return killer.lives(async () => {
      const isKnown = (await this.state.get('REPLAY', REPLAY)) !== undefined;
      const begun = replayOf({ target: { kind: 'table' }, ...asked, by });
      if (!isKnown) await createReplay(state, begun);
      const ledger = isKnown ? await takeReplay(state, REPLAY, by) : new Ledger(state, begun, by);
      await runReplay(ledger, {
        feed: new DepartedFeed(reviewer, names, archive, ledger.replay.selection),
        target,
        resumed: isKnown,
        clock: this.clock,
        pause: async () => this.archive.finishRestores(),
        signal: new AbortController().signal,
      });
    });
  }

  target(killer: Killer): ReplayTarget<Departed> {
    const table = killer.through(this.table);
    const check = async (): Promise<void> => {};
    return { ...tableTarget({ table, declaration: reviewer.table, clock: this.clock, check }), portion: 3 };
  }

  /** Records that came since. */
  get writes(): number {
    return this.table.stream.records.length - this.#written;
  }

  keyOf = keyFor;
}
