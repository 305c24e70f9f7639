import { type Environment, Stack } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { System } from '../../shared/model/system.ts';
import { Afterwrite, type AfterwriteProps } from './constructs/afterwrite.ts';
import { Storage } from './constructs/storage.ts';
import { SystemTable } from './constructs/systemTable.ts';
import { declaredTables, perTable } from './constructs/tables.ts';

interface Deployment extends Omit<AfterwriteProps, 'table' | 'tables' | 'storage'> {
  readonly env?: Environment;
}

/** Events of the systems here that a person must know of at once. */
const TELLING = ['ReviewFailed'];

/** The stack that keeps data, protected from being deleted, and the stack that works with it, which may be made anew at any time. */
export function deploy(scope: Construct, { env, ...given }: Deployment): { data: Stack; processing: Stack } {
  const { system, stage, encryptionKey } = given;
  const named = (what: string): string => `afterwrite-${system.name}-${what}-${stage}`;
  const common = env ? { env } : {};
  const data = new Stack(scope, named('data'), { ...common, terminationProtection: true });
  const key = encryptionKey ? { encryptionKey } : {};
  const tables = declaredTables(system, stage).map(({ part }) => {
    const options = { system, stage, ...(part !== undefined && { part }), ...key };
    return [part, new SystemTable(data, perTable('Table', { part }), options).table as dynamodb.ITable] as const;
  });
  const storage = new Storage(data, 'Storage', { system, stage, ...key });
  const processing = new Stack(scope, named('processing'), common);
  const made = new Afterwrite(processing, 'Afterwrite', {
    tellOf: toldOf(system),
    ...given,
    ...(system.table.parts ? { tables: Object.fromEntries(tables) } : { table: tables[0]?.[1] }),
    storage,
  });
  return { data, processing: Stack.of(made) };
}

const toldOf = ({ events }: System): string[] => [
  ...new Set(events.map(({ type }) => type).filter((type) => TELLING.includes(type))),
];
