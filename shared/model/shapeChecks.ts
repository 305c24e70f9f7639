import { wrong } from './errors.ts';

/* What types say, said where a declaration has none: a file of plain JavaScript. */

const LISTS = ['entities', 'statistics', 'events', 'retention'] as const;
/** By what they are made. */
const MAKERS = { entities: 'entity', statistics: 'statistic', events: 'event', retention: 'collection' } as const;

/** Throws DECLARATION_WRONG. */
export function checkShape(declaration: object): void {
  const declared = declaration as Readonly<Record<string, unknown>>;
  for (const list of LISTS) {
    const members = declared[list];
    if (!Array.isArray(members))
      throw wrong(list, 'it is no list', `write '${list}: [ … ]', with nothing in it where there are none`);
    const at = members.findIndex(
      (member) => typeof member !== 'object' || member === null || !('of' in member || 'key' in member),
    );
    if (at >= 0) throw wrong(`${list}[${at}]`, `it is no ${MAKERS[list]}`, `make it by ${MAKERS[list]}(…)`);
  }
  const { name } = declared;
  const table = declared.table as { readonly name?: unknown; readonly partitionKey?: unknown } | undefined;
  if (typeof name !== 'string' || !/^[a-z][a-z0-9-]*$/i.test(name))
    throw wrong('name', 'it is none', 'name the system in letters, digits and hyphens: resources are named by it');
  if (typeof table?.name !== 'function')
    throw wrong('table.name', 'it is no function', "write a function of the stage: name: () => 'orders'");
  if (typeof table.partitionKey !== 'string')
    throw wrong('table.partitionKey', 'it is missing', "name the table's partition key attribute");
}
