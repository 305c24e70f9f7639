import { copyOf } from '../../processors/archive/leave.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import { isAfterwriteError, whereSound } from '../../shared/model/errors.ts';
import type { Names } from '../../shared/model/names.ts';
import type { System } from '../../shared/model/system.ts';
import { tablesOf } from '../../shared/model/tables.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { StateStore } from '../../shared/ports/stateStore.ts';
import type { Surroundings } from '../../shared/ports/surroundings.ts';
import type { TableStore } from '../../shared/ports/tableStore.ts';
import { hasBegun } from '../../shared/state/declared.ts';
import { unnotedDue } from '../../shared/state/due.ts';
import { millisecondsIn } from '../../shared/stream/change.ts';
import { type DueEntry, dueOfStored } from '../../shared/stream/due.ts';
import { Examination } from './examination.ts';
import { type Finding, finding } from './finding.ts';
import { clockFindings, readersFindings, tableFindings } from './placeFindings.ts';

export interface DoctorContext {
  readonly system: System;
  readonly names: Names;
  readonly surroundings: Surroundings;
  readonly table: TableStore;
  readonly state: Pick<StateStore, 'get' | 'getMany'>;
  readonly clock: Clock;
}

export interface DoctorOptions {
  /** Look at so many items; absent: at all. */
  readonly items?: number | undefined;
  /** Divide TTL attributes that hold milliseconds by 1,000. */
  readonly repair?: boolean | undefined;
  readonly signal?: AbortSignal;
  /** @param done how many were looked at */
  onItem?(done: number): void;
}

export interface Examined {
  readonly items: number;
  readonly repaired: number;
  readonly findings: readonly Finding[];
}

/** Looks at all that a system stands on, and at its items. Changes nothing but what a repair is asked for. */
export async function examine(context: DoctorContext, options: DoctorOptions): Promise<Examined> {
  const { system, names, surroundings, clock } = context;
  const findings = clockFindings(await surroundings.serviceTime(), clock.now());
  let isThere = true;
  for (const { name, table } of tablesOf(system.table, names)) {
    const facts = await surroundings.table(name);
    findings.push(...tableFindings(name, table, facts));
    if (facts?.streamArn) findings.push(...readersFindings(name, await surroundings.readers(facts.streamArn)));
    isThere &&= facts !== undefined;
  }
  for (const bus of [names.bus, names.replayBus])
    if (!(await surroundings.hasBus(bus))) findings.push(finding('BUS_MISSING', bus, 'there is no such bus'));
  findings.push(...(await bucketFindings(surroundings, names.bucket)));
  const { repaired, ...looked } = isThere ? await lookAtItems(context, options) : NOTHING;
  return { ...looked, repaired, findings: [...findings, ...looked.findings] };
}

const NOTHING: Examined = { items: 0, repaired: 0, findings: [] };

async function bucketFindings(surroundings: Surroundings, bucket: string): Promise<Finding[]> {
  const facts = await surroundings.bucket(bucket);
  if (!facts) return [finding('BUCKET_MISSING', bucket, 'there is no such bucket')];
  return facts.rulesFit
    ? []
    : [finding('BUCKET_RULES', bucket, 'its lifecycle rules are not those of the declaration')];
}

/** Looked for together. */
const DUE_AT_ONCE = 100;

async function lookAtItems({ system, table, state }: DoctorContext, options: DoctorOptions): Promise<Examined> {
  const examination = new Examination(system);
  const isRead = await wasRead(state);
  let repaired = 0;
  let due: DueEntry[] = [];
  const lookAtDue = async (): Promise<void> => {
    examination.unnoted(await unnotedDue(state, due));
    due = [];
  };
  for await (const item of table.scan()) {
    if (options.signal?.aborted || examination.items === options.items) break;
    if (options.repair && (await repairExpiry(system, table, item))) {
      repaired++;
      continue;
    }
    examination.look(item);
    if (isRead) due.push(...dueOfStored(system, item, 0));
    if (due.length >= DUE_AT_ONCE) await lookAtDue();
    options.onItem?.(examination.items);
  }
  await lookAtDue();
  return { items: examination.items + repaired, repaired, findings: examination.findings() };
}

/** Before readers start nothing is noted, of any item: 'attach' does. */
async function wasRead(state: DoctorContext['state']): Promise<boolean> {
  try {
    return await hasBegun(state);
  } catch (error) {
    if (isAfterwriteError(error, 'TABLE_MISSING')) return false;
    throw error;
  }
}

/** On the condition that the item is as it was read: whoever wrote on meanwhile may have mended it. */
async function repairExpiry(system: System, table: TableStore, item: Attributes): Promise<boolean> {
  const milliseconds = millisecondsIn(system.table, item);
  const { ttl } = system.table;
  if (milliseconds === undefined || ttl === undefined) return false;
  const value = { N: String(Math.floor(Number(milliseconds) / 1000)) };
  const copy = whereSound(() => copyOf(system, item));
  return copy !== undefined && (await table.fill([{ copy, field: ttl, value }]))[0] === true;
}
