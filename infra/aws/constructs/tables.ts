import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { wrong } from '../../../shared/model/errors.ts';
import { namesOf } from '../../../shared/model/names.ts';
import type { System } from '../../../shared/model/system.ts';
import { type OwnTable, tablesOf } from '../../../shared/model/tables.ts';

export interface TablesGiven {
  /** With a stream of both images; `SystemTable` makes one. */
  readonly table?: dynamodb.ITable | undefined;
  /** In its place, of a system that reads several tables as one: each by its name in the declaration. */
  readonly tables?: Readonly<Record<string, dynamodb.ITable>>;
}

/** A table that the system reads, and what the declaration says of it. */
export interface ReadTable {
  readonly table: dynamodb.ITable;
  readonly declared: OwnTable;
  /** As the functions will call it. */
  readonly name: string;
  /** Of several, its name in the declaration. */
  readonly part: string | undefined;
}

/** Of a table. */
export interface Stream extends Pick<ReadTable, 'part'> {
  readonly arn: string;
}

/** What is made for a table once is made for each of several: so it is told apart in ids, paths and alarms. */
export const perTable = (what: string, { part }: Pick<ReadTable, 'part'>): string =>
  part === undefined ? what : `${what}-${part}`;

/** Those that a system reads, with their names in a stage. */
export const declaredTables = (system: System, stage: string): Omit<ReadTable, 'table'>[] =>
  tablesOf(system.table, namesOf(system, stage)).map(({ name, table }, i) => ({
    declared: table,
    name,
    part: system.table.parts?.[i]?.name,
  }));

/** Throws DECLARATION_WRONG where one is missing. */
export const readTables = (system: System, stage: string, { table, tables }: TablesGiven): ReadTable[] =>
  declaredTables(system, stage).map(({ declared, name, part }) => {
    const given = part === undefined ? table : tables?.[part];
    const path = part === undefined ? 'table' : `tables.${part}`;
    if (!given)
      throw wrong(path, `'${system.name}' reads it, and it was not given`, "give it: 'SystemTable' makes one");
    return { table: given, declared, name, part };
  });
