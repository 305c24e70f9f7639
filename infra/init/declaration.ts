import type { TableFacts } from '../../shared/ports/surroundings.ts';
import { type Draft, type Field, isStatus } from './drafts.ts';

/* The text of a first declaration: it loads and runs as it stands, and says what to look at. */

export interface Given {
  readonly system: string;
  readonly table: string;
  readonly facts: TableFacts;
  readonly drafts: readonly Draft[];
  /** Kinds whose keys fit another one's grammar too. */
  readonly left: readonly Draft[];
  readonly items: number;
}

/** As `.mjs`, so that any Node reads it; rename it to `.ts` where it is compiled. */
export function declarationText(given: Given): string {
  const { system, drafts, facts } = given;
  const counted = countsOf(given);
  const statistics = counted.map(({ draft, field }) => statisticText(draft, field, facts));
  const events = drafts.map(eventText);
  return `${[
    header(given),
    importsText(given, counted.length > 0),
    ...drafts.map(entityText),
    ...statistics,
    ...events,
    systemText(
      given,
      counted.map(({ draft }) => `${draft.name}Totals`),
    ),
    leftText(given),
  ]
    .filter((part) => part !== '')
    .join('\n\n')}\n`.replaceAll('%SYSTEM%', system);
}

/** Where every key of the table may be an entity's, no statistic has room beside them. */
function countsOf({ drafts }: Given): { draft: Draft; field: Field | undefined }[] {
  if (drafts.some(({ key }) => key.startsWith('{'))) return [];
  return drafts.map((draft) => ({
    draft,
    field: draft.fields.find(({ name, labels, isOptional }) => labels && !isOptional && isStatus(name)),
  }));
}

const header = ({ table, items, drafts }: Given): string => `/*
 * %SYSTEM%: a first declaration, made of ${items} items of the table '${table}' (${drafts.length} kinds of keys).
 * It loads and runs as it is. Look at: the names, which fields may be missing, what is a secret, which counts you want.
 * What was not seen is refused, and such an item is parked: a field that is missing, a label that is not in its enum.
 * Try it: npx afterwrite doctor --system ./FILE, then provision, attach, run, stats.
 */`;

function importsText({ drafts }: Given, isCounted: boolean): string {
  const schemas = drafts.flatMap(({ fields }) => fields.map(({ schema }) => schema)).join(' ');
  const imports = [
    `import { entity } from 'afterwrite/model/entity';`,
    `import { event, inserted } from 'afterwrite/model/event';`,
    ...(schemas.includes('secret()') ? [`import { secret } from 'afterwrite/model/secrets';`] : []),
    ...(isCounted ? [`import { statistic } from 'afterwrite/model/statistic';`] : []),
    `import { defineSystem } from 'afterwrite/model/system';`,
    ...(schemas.includes('timestamp()') ? [`import { timestamp } from 'afterwrite/model/time';`] : []),
    ...(isCounted ? [`import { count } from 'afterwrite/measures/count';`] : []),
    ...(isCounted ? [`import { countBy } from 'afterwrite/measures/countBy';`] : []),
    `import * as z from 'zod';`,
  ];
  return imports.join('\n');
}

function entityText({ name, key, fields, count }: Draft): string {
  const schema = fields.map((field) => `    ${field.name}: ${field.schema},`).join('\n');
  const example = fields
    .filter((field) => field.example !== undefined)
    .map((field) => `${field.name}: ${field.example}`)
    .join(', ');
  return `// ${count} of the items that were looked at.
const ${name} = entity('${name}', {
  key: '${key}',
  schema: z.object({
${schema}
  }),
  example: { ${example} },
});`;
}

/** One group for all: a count without a scan. Group by another field by putting it into key and feed. */
function statisticText({ name }: Draft, field: Field | undefined, { sortKey }: TableFacts): string {
  const measures = field ? `items: count(), by: countBy([${labelsOf(field)}])` : 'items: count()';
  const add = field ? `items: 1, by: item.${field.name}` : 'items: 1';
  const key = `AFTERWRITE#${name}#{group}${sortKey === undefined ? '' : ' / STATS'}`;
  return `// How many there are${field ? `, by ${field.name}` : ''}. Group by what you like: put it into the key, and into 'into'.
const ${name}Totals = statistic('${name}Totals', {
  key: '${key}',
  measures: { ${measures} },
  feeds: (from) => [from(${name}, (item) => [{ into: { group: 'all' }, add: { ${add} } }])],
});`;
}

const labelsOf = ({ labels = [] }: Field): string => labels.map((label) => `'${label}'`).join(', ');

/** Of the key's fields alone: what else may leave is for people to say. */
function eventText({ name, fields, placeholders }: Draft): string {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Created`;
  const own = fields.filter((field) => placeholders.includes(field.name));
  const pick = own.map((field) => `${field.name}: item.${field.name}`).join(', ');
  return `const ${name}Created = event('${type}', {
  version: 1,
  since: '0.1.0',
  description: 'There is a new ${name}.',
  when: inserted(${name}, () => true),
  schema: z.object({ ${own.map((field) => `${field.name}: ${field.schema}`).join(', ')} }),
  data: (item) => ({ ${pick} }),
  example: { ${own.map((field) => `${field.name}: ${field.example}`).join(', ')} },
});`;
}

function systemText({ table, facts, drafts }: Given, statistics: readonly string[]): string {
  const { partitionKey, sortKey, ttl, indexes } = facts;
  const keys = [
    `name: () => '${table}'`,
    `partitionKey: '${partitionKey}'`,
    ...(sortKey === undefined ? [] : [`sortKey: '${sortKey}'`]),
    ...(ttl === undefined ? [] : [`ttl: '${ttl}'`]),
  ];
  const known = indexes.filter(({ sort }) => sort !== undefined);
  const indexText = known.map(
    ({ name, partition, sort, sortType }) =>
      `{ name: '${name}', partition: '${partition}', sort: '${sort}'${sortType === 'N' ? ", sortType: 'N'" : ''} }`,
  );
  return `export const system = defineSystem({
  name: '%SYSTEM%',
  // One table for all stages, as it was found: give each its own by 'name: (stage) => …'.
  table: { ${keys.join(', ')}${indexText.length > 0 ? `, indexes: [${indexText.join(', ')}]` : ''} },
  entities: [${drafts.map(({ name }) => name).join(', ')}],
  statistics: [${statistics.join(', ')}],
  events: [${drafts.map(({ name }) => `${name}Created`).join(', ')}],
  // What leaves the table when: 'afterwrite/model/retention'.
  retention: [],
});`;
}

const leftText = ({ left }: Given): string =>
  left
    .map(({ key, count }) => `// Not declared, for its keys fit another grammar too: '${key}' (${count} items).`)
    .join('\n');
