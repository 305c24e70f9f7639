import type { Json, Scalar } from './pattern.ts';

/** The elements that a value lies in: for every array above it, which element of that array. */
export type Seat = ReadonlyMap<number, number>;

interface Field {
  readonly value: Scalar;
  readonly seat: Seat;
}

/**
 * An event as its leaves by dotted path. Names and nesting fold into one path, so `{"a.b": 1}` and `{"a": {"b": 1}}` are
 * the same field, as on AWS. Empty objects and empty arrays have no leaf: for a pattern they do not exist.
 */
export type Fields = ReadonlyMap<string, readonly Field[]>;

export const NO_SEAT: Seat = new Map();

export const fieldsOf = (event: Json): Fields => {
  const fields = new Map<string, Field[]>();
  let arrays = 0;

  const visit = (value: Json, path: string, seat: Seat): void => {
    if (Array.isArray(value)) visitElements(value, path, seat);
    else if (typeof value === 'object' && value !== null) visitMembers(Object.entries(value), path, seat);
    else add(path, { value: value as Scalar, seat });
  };
  const visitMembers = (members: readonly [string, Json][], path: string, seat: Seat): void => {
    for (const [name, member] of members) visit(member, path === '' ? name : `${path}.${name}`, seat);
  };
  const visitElements = (elements: readonly Json[], path: string, seat: Seat): void => {
    const array = arrays++;
    elements.forEach((element, index) => {
      // Scalars of one array take no seat: two leaves on the same array may be met by different scalars.
      const scalar = typeof element !== 'object' || element === null;
      visit(element, path, scalar ? seat : new Map(seat).set(array, index));
    });
  };
  const add = (path: string, field: Field): void => {
    const known = fields.get(path);
    if (known === undefined) fields.set(path, [field]);
    else known.push(field);
  };

  visit(event, '', NO_SEAT);
  return fields;
};

/** Both seats together; undefined if they lie in different elements of one array. `held` itself if nothing is new. */
export const sitTogether = (held: Seat, other: Seat): Seat | undefined => {
  let isNew = false;
  for (const [array, element] of other) {
    const before = held.get(array);
    if (before === undefined) isNew = true;
    else if (before !== element) return undefined;
  }
  return isNew ? new Map([...held, ...other]) : held;
};
