import { readJournal } from '../../shared/archive/journal.ts';
import type { Key } from '../../shared/model/keys.ts';
import type { Names } from '../../shared/model/names.ts';
import type { System } from '../../shared/model/system.ts';
import type { ArchiveStore } from '../../shared/ports/archiveStore.ts';
import type { StateStore } from '../../shared/ports/stateStore.ts';
import type { StreamSource } from '../../shared/ports/streamSource.ts';
import type { TableStore } from '../../shared/ports/tableStore.ts';
import { loadCheckpoints } from '../../shared/state/checkpoints.ts';
import { loadPassed, readGate } from '../../shared/state/gates.ts';
import { firstParked, type Parked, waiting } from '../../shared/state/parked.ts';
import { decodeChange } from '../../shared/stream/change.ts';
import { readWindow } from '../../shared/stream/window.ts';
import { positionsOf } from './positions.ts';
import { type Recounted, Tally } from './tally.ts';

export interface RecountContext {
  readonly system: System;
  readonly names: Names;
  readonly table: Pick<TableStore, 'scan'>;
  readonly state: StateStore;
  readonly archive: ArchiveStore;
  stream(): Promise<StreamSource>;
}

/**
 * Counts every group anew while writes go on, each at the positions that its stored aggregate includes: nothing has to
 * stand still. The table is scanned, then the stream is read from where statistics stood before the scan. What did not
 * change in that window counts as it was scanned; what did counts as it was before the window, and by those of its
 * changes that the group's fences include. A derived item counts as it is stored: each statistic is held against its own
 * sources, and one that was repaired leads the next through the stream.
 * @param settle waits until the records of what was scanned are in the stream: who writes by the result needs it
 */
export async function recount(context: RecountContext, settle?: () => Promise<void>): Promise<Recounted> {
  const { system, names, state, archive } = context;
  const source = await context.stream();
  const checkpoints = await loadCheckpoints(state, source.stream);
  const tally = new Tally(system, await firstParked(state, 'statistics'));
  for await (const attributes of context.table.scan()) tally.scanned(attributes);
  await settle?.();
  const shards = await source.shards();
  const positions = positionsOf(source.stream, shards, checkpoints);
  const window = await readWindow(source, positions.window);
  const changes = window.map(({ shard, record }) => decodeChange(system, record, source.stream, shard));
  await tally.changed(changes, positions, {
    gates: await firstParked(state, 'statistics'),
    passed: await loadPassed(state, 'statistics'),
    waiting: (key) => waitingBehind(state, key),
  });
  for await (const change of readJournal(system, names, archive)) if (positions.isBefore(change)) tally.left(change);
  return { ...tally.result(), positions };
}

async function waitingBehind(state: StateStore, key: Key): Promise<Parked[]> {
  const gate = await readGate(state, 'statistics', key);
  const all: Parked[] = [];
  if (gate) for await (const parked of waiting(state, 'statistics', gate)) all.push(parked);
  return all;
}
