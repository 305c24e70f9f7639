import type { Attribute } from '../../shared/model/attribute.ts';

/* What a name says: that nobody else may see what stands there, at whatever depth. */

const SECRET = /token|secret|password|passwd|api[-_]?key|private[-_]?key|credential/i;
/** A step into a list. */
const EVERY = '[]';

export const isSecretName = (name: string): boolean => SECRET.test(name);

/** Paths of fields within a value, as JSON. */
export function secretsIn(value: Attribute): string[] {
  return pathsIn(value).map((path) => JSON.stringify(path));
}

function pathsIn(value: Attribute): string[][] {
  if ('L' in value) return value.L.flatMap((member) => pathsIn(member).map((path) => [EVERY, ...path]));
  if (!('M' in value)) return [];
  return Object.entries(value.M).flatMap(([name, member]) =>
    isSecretName(name) ? [[name]] : pathsIn(member).map((path) => [name, ...path]),
  );
}

/** A schema, as source text, that takes these off and leaves all else as it is. @param paths of one map or list, as JSON */
export function schemaHiding(paths: ReadonlySet<string>): string {
  return hiding([...paths].sort().map((path) => JSON.parse(path) as string[]));
}

function hiding(paths: readonly (readonly string[])[]): string {
  const [first] = paths;
  if (first === undefined || first.length === 0) return 'secret()';
  const names = [...new Set(paths.map(([name = '']) => name))];
  const below = (name: string): string[][] => paths.filter(([one]) => one === name).map(([, ...rest]) => rest);
  if (names.includes(EVERY)) return `z.array(${hiding(below(EVERY))})`;
  const fields = names.map((name) => {
    const schema = hiding(below(name));
    return `${nameText(name)}: ${schema}${schema === 'secret()' ? '' : '.optional()'}`;
  });
  return `z.looseObject({ ${fields.join(', ')} })`;
}

const nameText = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name));
