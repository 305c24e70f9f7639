import { deriveEvents } from '../../../events/derive.ts';
import type { Envelope } from '../../../events/envelope.ts';
import { auditArchive } from '../../../processors/archive/audit/audit.ts';
import { verify } from '../../../processors/statistics/verify.ts';
import { readJournal } from '../../../shared/archive/journal.ts';
import { systemClock } from '../../../shared/ports/clock.ts';
import { realPause } from '../../../shared/ports/pause.ts';
import { listIncomplete } from '../../../shared/state/incomplete.ts';
import type { DeployedWorld } from './deployedWorld.ts';

/** Each once, as it was derived of a journalled change. */
export async function eventsOfJournal({ place }: DeployedWorld): Promise<string[]> {
  const { system, names, archive } = place;
  const ids: string[] = [];
  const origin = { stage: names.stage, table: names.table };
  for await (const change of readJournal(system, names, archive))
    for (const { metadata } of deriveEvents(system, origin, change)) ids.push(metadata.id);
  return ids.sort();
}

export const idsIn = ({ stack }: DeployedWorld, logGroup: string): string[] => {
  const events = (stack.delivered(logGroup) ?? []).map((text) => JSON.parse(text) as { detail: Envelope });
  return [...new Set(events.map(({ detail }) => detail.metadata.id))].sort();
};

/** No drift, every event published and none besides, no hole in the archive. @param least aggregates, and events, that there must be */
export async function expectWhole(world: DeployedWorld, least: number): Promise<void> {
  const { system, names, archive, state } = world.place;
  const { drifts, unjudged, aggregates } = await verify(world.place, {
    clock: systemClock,
    pause: realPause,
    signal: new AbortController().signal,
  });
  expect({ drifts, unjudged }).toEqual({ drifts: [], unjudged: 0 });
  expect(aggregates).toBeGreaterThan(least);
  const expected = await eventsOfJournal(world);
  expect(expected.length).toBeGreaterThan(least);
  expect(idsIn(world, names.logGroup)).toEqual(expected);
  const { findings, conserved } = await auditArchive(system, names, archive, { now: systemClock.now(), state });
  expect(findings.filter(({ level }) => level === 'hole')).toEqual([]);
  expect(conserved.lines).toEqual(conserved.records);
  expect(await listIncomplete(state)).toEqual([]);
}
