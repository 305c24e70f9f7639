import type { Command } from 'commander';
import type { Subject } from '../../../../processors/archive/erase/subject.ts';
import { AfterwriteError } from '../../../../shared/model/errors.ts';
import type { System } from '../../../../shared/model/system.ts';
import { readKey } from '../../keyGiven.ts';

/** Whom it is about, as a person says it: any of these. */
export interface SubjectGiven {
  readonly system: System;
  readonly key?: readonly string[];
  readonly partition?: readonly string[];
  readonly where?: readonly string[];
}

export const withSubject = (command: Command): Command =>
  command
    .option('--key <key...>', 'items: PK/SK as it is shown elsewhere, or JSON: ["PK","SK"]')
    .option('--partition <pk...>', 'all items of these partition keys')
    .option(
      '--where <field=value...>',
      "items and events that hold it, before or after a change; 'owner.id=u-1' looks into maps, lists and sets",
    );

/** Undefined where none is given. Throws USAGE. */
export function subjectGiven({ system, key = [], partition = [], where = [] }: SubjectGiven): Subject | undefined {
  if (key.length + partition.length + where.length === 0) return undefined;
  if (partition.includes('')) throw wrong("'--partition' is empty", 'give a partition key');
  return { keys: key.map((text) => readKey(system, text)), partitions: partition, fields: where.map(fieldOf) };
}

function fieldOf(text: string): Subject['fields'][number] {
  const [, name, value] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  const path = name?.split('.') ?? [];
  if (value === undefined || path.includes('')) throw wrong(`'${text}' names no field and value`, "give 'field=value'");
  return { path, value };
}

const wrong = (message: string, mend: string): AfterwriteError => new AfterwriteError('USAGE', message, { mend });
