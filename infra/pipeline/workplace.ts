import { type ClaimStore, claimStore } from '../../events/claim.ts';
import { s3ArchiveStore } from '../../shared/aws/archiveStore.ts';
import { type Clients, type Connection, connect } from '../../shared/aws/clients.ts';
import { eventBridgeBus } from '../../shared/aws/eventBus.ts';
import { s3ObjectWriter } from '../../shared/aws/objectWriter.ts';
import { streamOf } from '../../shared/aws/provisionTables.ts';
import { s3ReferredObjects } from '../../shared/aws/referredObjects.ts';
import { dynamoStateStore } from '../../shared/aws/stateStore.ts';
import { dynamoStreamSource } from '../../shared/aws/streamSource.ts';
import { dynamoTableStore } from '../../shared/aws/tableStore.ts';
import { passes } from '../../shared/model/errors.ts';
import { type Names, namesOf } from '../../shared/model/names.ts';
import type { System, TableDeclaration } from '../../shared/model/system.ts';
import type { TablePart } from '../../shared/model/tables.ts';
import type { ArchiveStore } from '../../shared/ports/archiveStore.ts';
import type { EventBus } from '../../shared/ports/eventBus.ts';
import type { ObjectWriter, ReferredObjects } from '../../shared/ports/referredObjects.ts';
import type { StateStore } from '../../shared/ports/stateStore.ts';
import type { StreamSource } from '../../shared/ports/streamSource.ts';
import type { ItemWriter, TableStore } from '../../shared/ports/tableStore.ts';
import { tableOfStream } from '../../shared/stream/mappingEvent.ts';
import { streamsAsOne } from '../../shared/stream/streamsAsOne.ts';
import { storesAsOne } from '../../shared/stream/tablesAsOne.ts';

/** A system in one stage, with every port onto the endpoints that were given. */
export interface Workplace {
  readonly system: System;
  readonly names: Names;
  readonly region: string;
  readonly connection: Connection;
  readonly clients: Clients;
  readonly table: TableStore & ItemWriter;
  readonly state: StateStore;
  readonly archive: ArchiveStore;
  readonly claims: ClaimStore;
  readonly objects: ReferredObjects & ObjectWriter;
  readonly bus: EventBus;
  readonly replayBus: EventBus;
  /** That table, bus and bucket are there. Throws ENDPOINT_UNREACHABLE, TABLE_MISSING, TABLE_NOT_OURS, BUS_MISSING, BUCKET_MISSING. */
  check(): Promise<void>;
  /**
   * Throws TABLE_MISSING, TABLE_NOT_OURS.
   * @param arn the stream that is read of its table, where that may be another one than the current: it was turned off, and is
   * delivered to its end
   */
  stream(arn?: string): Promise<StreamSource>;
}

/** @param own names that are not what the declaration and the stage make them */
export function workplace(system: System, stage: string, connection: Connection, own: Partial<Names> = {}): Workplace {
  const names = { ...namesOf(system, stage), ...own };
  const clients = connect(connection);
  const bus = eventBridgeBus(clients.events, names.bus);
  const archive = s3ArchiveStore(clients.s3, names.bucket, system.archive.encryption?.kmsKeyId);
  const { table, stream } = tablePorts(system, names, clients);
  return {
    system,
    names,
    region: connection.region,
    connection,
    clients,
    table,
    state: dynamoStateStore(clients.dynamodb, names.stateTable),
    archive,
    claims: claimStore(system, names, archive),
    objects: { ...s3ReferredObjects(clients.s3, names.bucket), ...s3ObjectWriter(clients.s3, connection.region) },
    bus,
    replayBus: eventBridgeBus(clients.events, names.replayBus),
    stream,
    check: async () => {
      await (await stream()).shards();
      await bus.describe().catch((error: unknown) => {
        // A bus that is down for now stops nobody: its events wait for it.
        if (!passes(error)) throw error;
      });
      for await (const _ of archive.list('v1/none')) return;
    },
  };
}

/** One table as it is; several behind the ports of one. */
function tablePorts({ table }: System, names: Names, clients: Clients): Pick<Workplace, 'table' | 'stream'> {
  const streamIn = async (name: string, own: TableDeclaration, arn?: string): Promise<StreamSource> => {
    const found = await streamOf(clients.dynamodb, name, own);
    if (arn !== undefined && arn !== found.stream && tableOfStream(arn) === name)
      return dynamoStreamSource(clients.streams, arn);
    return dynamoStreamSource(clients.streams, found.stream, found.table);
  };
  const { parts } = table;
  if (!parts)
    return {
      table: dynamoTableStore(clients.dynamodb, names.table, table),
      stream: (arn) => streamIn(names.table, table, arn),
    };
  const all = { ...table, parts };
  const nameOf = (part: TablePart): string => part.table.name(names.stage);
  const stores = parts.map(
    (part) => [part.name, dynamoTableStore(clients.dynamodb, nameOf(part), part.table)] as const,
  );
  return {
    table: storesAsOne(all, new Map(stores)),
    stream: async (arn) => {
      const sources = parts.map(async (part) => [part.name, await streamIn(nameOf(part), part.table, arn)] as const);
      return streamsAsOne(all, new Map(await Promise.all(sources)));
    },
  };
}
