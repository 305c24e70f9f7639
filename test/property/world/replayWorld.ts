import { eventShelf } from '../../../events/archived.ts';
import { deriveEvents } from '../../../events/derive.ts';
import type { Envelope } from '../../../events/envelope.ts';
import { compact } from '../../../processors/archive/compact.ts';
import type { ReplayTarget } from '../../../processors/replay/target.ts';
import type { StateStore } from '../../../shared/ports/stateStore.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { Killer } from '../../support/faults/killer.ts';
import { archiveReviews } from '../../support/given/archivedReviews.ts';
import { idsOf, names, REPLAY, replay } from '../../support/given/replaying.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';
import { memoryState } from '../../support/memory/memoryState.ts';

const HOUR_MS = 3_600_000;

/** An archive, and one replay of all that is in it. */
export class World {
  readonly archive = new MemoryArchive();
  readonly state: StateStore = memoryState();
  expected: Envelope[] = [];
  lives = 0;

  async fill(given = { reviews: 4, batches: 6, each: 4 }): Promise<this> {
    const changes = await archiveReviews(this.archive, names, given);
    const origin = { stage: 'test', table: names.table };
    this.expected = changes.flatMap((change) => deriveEvents(reviewer, origin, change));
    return this;
  }

  compact(hours: number): Promise<unknown> {
    const now = Date.parse('2026-02-01T10:00:00.000Z') + hours * HOUR_MS;
    return compact(eventShelf(reviewer, names, this.archive), { segmentBytes: 3_000, patienceMs: 0, now });
  }

  async cool(): Promise<void> {
    for await (const { key } of this.archive.list('v1/segments/')) await this.archive.move(key, 'GLACIER');
  }

  /** One process; false where it was killed. */
  life(killer: Killer, target: ReplayTarget): Promise<boolean> {
    const ports = { archive: killer.through(this.archive), state: killer.through(this.state) };
    const pause = async (): Promise<void> => this.archive.finishRestores();
    return killer.lives(() => replay({ ...ports, target, pause }, `life-${this.lives++}`));
  }

  async isDone(): Promise<boolean> {
    return (await this.state.get('REPLAY', REPLAY))?.state === 'done';
  }

  /** A life that is not killed, where the replay is not done already. */
  async finish(target: ReplayTarget): Promise<void> {
    if (!(await this.isDone())) expect(await this.life(new Killer(), target)).toBe(true);
  }

  check(delivered: readonly Envelope[], repeatedAtMost: number): void {
    const first = new Map<string, Envelope>();
    for (const envelope of delivered) if (!first.has(envelope.metadata.id)) first.set(envelope.metadata.id, envelope);
    expect([...first.keys()].sort()).toEqual(idsOf(this.expected).sort());
    expect(delivered.length - first.size).toBeLessThanOrEqual(repeatedAtMost);
    for (const { metadata } of delivered) expect(metadata.replay).toEqual({ id: REPLAY });
    const items = byItem([...first.values()]);
    for (const [item, own] of items)
      expect(idsOf(own)).toEqual(idsOf(this.expected.filter(({ metadata }) => metadata.partitionKey === item)));
  }
}

function byItem(envelopes: readonly Envelope[]): Map<string, Envelope[]> {
  const groups = new Map<string, Envelope[]>();
  for (const envelope of envelopes)
    groups.set(envelope.metadata.partitionKey, [...(groups.get(envelope.metadata.partitionKey) ?? []), envelope]);
  return groups;
}

/** How many outside calls a run makes. */
export async function callsOf(run: (killer: Killer) => Promise<unknown>): Promise<number> {
  const killer = new Killer();
  await run(killer);
  return killer.calls;
}
