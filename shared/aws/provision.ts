import { lifecycleRules } from '../archive/lifecycle.ts';
import type { Names } from '../model/names.ts';
import type { System } from '../model/system.ts';
import { tablesOf } from '../model/tables.ts';
import type { Clients } from './clients.ts';
import { provisionLifecycle } from './provisionLifecycle.ts';
import { provisionProtection } from './provisionProtection.ts';
import { provisionBucket, provisionBus, provisionLogRule } from './provisionRest.ts';
import { provisionStateTable, provisionTable } from './provisionTables.ts';

export interface Provisioned {
  readonly what: string;
  readonly name: string;
  readonly made: boolean;
}

/**
 * Makes what a system needs and lacks: tables, bucket with its lifecycle, buses and the rules that log every event. Running it again
 * changes nothing. Throws TABLE_NOT_OURS where a table of that name has another shape.
 */
export async function provision(
  clients: Clients,
  system: System,
  names: Names,
  source: string,
  region: string,
): Promise<Provisioned[]> {
  const { lock } = system.archive;
  const made: Provisioned[] = [
    ...(await provisionTables(clients, system, names)),
    {
      what: 'state table',
      name: names.stateTable,
      made: await provisionStateTable(clients.dynamodb, names.stateTable),
    },
    {
      what: 'bucket',
      name: names.bucket,
      made: await provisionBucket(clients.s3, names.bucket, region, lock !== undefined),
    },
    ...(await provisionProtection(clients.s3, names.bucket, system.archive)),
    {
      what: 'lifecycle',
      name: names.bucket,
      made: await provisionLifecycle(clients.s3, names.bucket, lifecycleRules(system, names)),
    },
    { what: 'bus', name: names.bus, made: await provisionBus(clients.events, names.bus) },
    { what: 'replay bus', name: names.replayBus, made: await provisionBus(clients.events, names.replayBus) },
  ];
  for (const [bus, logGroup] of [
    [names.bus, names.logGroup],
    [names.replayBus, names.replayLogGroup],
  ] as const)
    made.push({
      what: 'log rule',
      name: bus,
      made: await provisionLogRule(clients.events, bus, source, logGroup, region),
    });
  return made;
}

async function provisionTables({ dynamodb }: Clients, { table }: System, names: Names): Promise<Provisioned[]> {
  const made: Provisioned[] = [];
  for (const { name, table: own } of tablesOf(table, names)) {
    const done = await provisionTable(dynamodb, name, own);
    made.push({ what: 'table', name, made: done.table });
    // What is past its time goes from now on: of a table that was there, somebody must be told.
    if (done.ttl) made.push({ what: `TTL by '${own.ttl}'`, name, made: true });
  }
  return made;
}
