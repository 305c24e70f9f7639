import { randomUUID } from 'node:crypto';
import { archiveRedriven } from '../../processors/archive/handler.ts';
import { fanoutSteps } from '../../processors/fanout/handler.ts';
import { statisticsSteps } from '../../processors/statistics/handler.ts';
import { type Key, keyText } from '../../shared/model/keys.ts';
import { type Gate, readGates } from '../../shared/state/gates.ts';
import { type Parked, waiting } from '../../shared/state/parked.ts';
import { Lineage } from '../../shared/stream/lineage.ts';
import { type WorkedOff, type WorkOff, workOff } from '../../shared/stream/workOff.ts';
import { READERS } from './readers.ts';
import type { Workplace } from './workplace.ts';

/** Those that park: each has its own gates. */
export const PARKING = READERS.live;
export type ParkingName = (typeof PARKING)[number];

/** An item whose gate is closed for a processor. */
export interface ParkedItem {
  readonly processor: ParkingName;
  readonly key: Key;
  readonly changes: number;
  readonly first: Parked;
  readonly gate: Gate;
}

/** Which of them; absent members select all. */
export interface ParkedSelection {
  readonly processor?: ParkingName | undefined;
  /** `PK/SK`, as it is printed, or `PK / SK`. */
  readonly key?: string | undefined;
  /** The empty text: of no tenant. */
  readonly tenant?: string | undefined;
}

export async function* parkedItems(
  { system, state }: Workplace,
  selection: ParkedSelection,
): AsyncIterable<ParkedItem> {
  for (const processor of PARKING) {
    if (selection.processor !== undefined && selection.processor !== processor) continue;
    for await (const gate of readGates(state, processor)) {
      if (gate.state === 'open' || !isNamed(gate.key, selection.key)) continue;
      if (selection.tenant !== undefined && (system.tenant?.of(gate.key) ?? '') !== selection.tenant) continue;
      let changes = 0;
      let first: Parked | undefined;
      for await (const parked of waiting(state, processor, gate)) {
        changes++;
        first ??= parked;
      }
      if (first) yield { processor, key: gate.key, changes, first, gate };
    }
  }
}

export const changesOf = ({ state }: Workplace, { processor, gate }: ParkedItem): AsyncIterable<Parked> =>
  waiting(state, processor, gate);

const isNamed = (key: Key, text: string | undefined): boolean =>
  text === undefined || keyText(key) === text || (key.sk !== undefined && `${key.pk} / ${key.sk}` === text);

/** Works off what waits for one processor of one item. @param by tells this worker from others, whatever it works on */
export async function workOffItem(
  place: Workplace,
  { processor, key }: Pick<ParkedItem, 'processor' | 'key'>,
  options: Pick<WorkOff, 'how' | 'by' | 'takeOver' | 'signal'>,
): Promise<WorkedOff> {
  const { system, state } = place;
  const work: WorkOff = { ...options, key };
  const { table } = place;
  return processor === 'statistics'
    ? workOff(
        statisticsSteps(system, { table, state, lineage: new Lineage(await place.stream()) }),
        { system, state },
        work,
      )
    : workOff(archivingFanout(place), { system, state }, work);
}

export const newWorker = (): string => randomUUID();

/** What no archive could derive when the change was read is derived now: when it is due is noted, and its envelopes are archived before they leave. */
function archivingFanout({ system, names, bus, claims, archive, state }: Workplace): ReturnType<typeof fanoutSteps> {
  const steps = fanoutSteps(system, { stage: names.stage, table: names.table }, { bus, claims });
  return {
    ...steps,
    commit: async (decided) => {
      await archiveRedriven(
        system,
        names,
        { archive, state },
        decided.map(({ change }) => change),
      );
      return steps.commit(decided);
    },
  };
}
