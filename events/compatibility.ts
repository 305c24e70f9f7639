import { canonical } from '../shared/model/canonical.ts';
import type { JsonSchema } from '../shared/model/jsonSchema.ts';

/*
 * What a version of an event may still become. Two readers must be able to rely on it:
 *
 * - who was built by the released schema reads what is published now: nothing may be missing, nothing may be there that
 *   it does not know of (another type, a wider bound, a new member of an enum);
 * - who is built by the schema of now reads what was published then, for history is replayed: nothing may be asked for
 *   that old events lack, and nothing refused that they hold.
 *
 * So a schema stays as it is, but for one thing: a field may be added that is not required. All objects are open: readers
 * pass over fields that they do not know. Texts for people may change.
 */

export interface Breach {
  /** Where, such as `data.fixed[].severity`. */
  readonly path: string;
  readonly what: string;
}

type Schema = JsonSchema | boolean | undefined;

/** Say nothing to a validator. */
const ANNOTATIONS = ['$schema', '$id', '$comment', 'title', 'description', 'examples', 'default', 'deprecated'];
/** Compared member by member below. */
const STRUCTURE = ['properties', 'required', 'items', 'prefixItems', 'additionalProperties', 'propertyNames', '$defs'];
const BRANCHES = ['anyOf', 'oneOf', 'allOf'] as const;
/** In which the order of members says nothing. */
const SETS = ['enum', 'type'];

/** What of the released schema the one of now breaks with; empty where it is the same, or grew. */
export function compareSchemas(released: Schema, now: Schema, path = ''): Breach[] {
  if (typeof released !== 'object' || typeof now !== 'object')
    return canonical(released) === canonical(now) ? [] : [{ path, what: changed(released, now) }];
  return [
    ...keywordBreaches(released, now, path),
    ...fieldBreaches(released, now, path),
    ...compareSchemas(released.items, now.items, `${path}[]`),
    ...compareSchemas(released.additionalProperties, now.additionalProperties, `${path}{}`),
    ...compareSchemas(released.propertyNames, now.propertyNames, `${path}{name}`),
    ...eachBreaches(released.prefixItems ?? [], now.prefixItems ?? [], path),
    ...BRANCHES.flatMap((keyword) => branchBreaches(released[keyword] ?? [], now[keyword] ?? [], path)),
    ...Object.entries(released.$defs ?? {}).flatMap(([name, def]) =>
      compareSchemas(def, now.$defs?.[name], `${path}#${name}`),
    ),
  ];
}

/** Everything that is a plain value: types, enums, bounds, formats, and keywords that nobody has thought of here. */
function keywordBreaches(released: JsonSchema, now: JsonSchema, path: string): Breach[] {
  const ignored = new Set([...ANNOTATIONS, ...STRUCTURE, ...BRANCHES]);
  const names = new Set([...Object.keys(released), ...Object.keys(now)]);
  return [...names]
    .filter((name) => !ignored.has(name) && textOf(name, released[name]) !== textOf(name, now[name]))
    .map((name) => ({ path, what: `${name}: ${changed(released[name], now[name])}` }));
}

function fieldBreaches(released: JsonSchema, now: JsonSchema, path: string): Breach[] {
  const [before, after] = [released.properties ?? {}, now.properties ?? {}];
  const [asked, asks] = [released.required ?? [], now.required ?? []];
  const at = (name: string): string => (path === '' ? name : `${path}.${name}`);
  const known = Object.entries(before).flatMap(([name, schema]) => {
    const own = after[name];
    if (own === undefined) return [{ path: at(name), what: 'the field is gone' }];
    const breaches = compareSchemas(schema, own, at(name));
    if (asked.includes(name) && !asks.includes(name))
      breaches.push({ path: at(name), what: 'the field was always there, and may be missing now' });
    if (!asked.includes(name) && asks.includes(name))
      breaches.push({ path: at(name), what: 'the field could be missing, and events of then lack it' });
    return breaches;
  });
  const added = Object.keys(after)
    .filter((name) => !Object.hasOwn(before, name) && asks.includes(name))
    .map((name) => ({
      path: at(name),
      what: 'the field is new and required: events of then lack it, declare it optional',
    }));
  return [...known, ...added];
}

function eachBreaches(released: readonly JsonSchema[], now: readonly JsonSchema[], path: string): Breach[] {
  if (released.length !== now.length) return [{ path, what: `${released.length} places became ${now.length}` }];
  return released.flatMap((schema, i) => compareSchemas(schema, now[i], `${path}[${i}]`));
}

/** Each branch must still have one of its own, in any order; what is left over is compared in order. */
function branchBreaches(released: readonly JsonSchema[], now: readonly JsonSchema[], path: string): Breach[] {
  if (released.length !== now.length) return [{ path, what: `${released.length} kinds became ${now.length}` }];
  const left = [...now];
  const changed = released.filter((schema) => {
    const same = left.findIndex((own) => compareSchemas(schema, own, path).length === 0);
    if (same >= 0) left.splice(same, 1);
    return same < 0;
  });
  return changed.flatMap((schema, i) => compareSchemas(schema, left[i], path));
}

const textOf = (keyword: string, value: unknown): string | undefined => {
  if (value === undefined) return undefined;
  return SETS.includes(keyword) && Array.isArray(value) ? value.map(canonical).sort().join() : canonical(value);
};

const changed = (released: unknown, now: unknown): string =>
  `${released === undefined ? 'nothing' : canonical(released)} became ${now === undefined ? 'nothing' : canonical(now)}`;
