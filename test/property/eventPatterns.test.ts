import fc from 'fast-check';
import { compile } from '../../infra/local/eventbridge/pattern/compile.ts';
import { fieldsOf } from '../../infra/local/eventbridge/pattern/fields.ts';
import { matches } from '../../infra/local/eventbridge/pattern/match.ts';
import type { Json, JsonObject, Scalar } from '../../infra/local/eventbridge/pattern/pattern.ts';

/**
 * EventBridge's law of arrays, by brute force: an event matches if one element can be chosen of every array, so that each
 * field asked for has a wanted value in what is left. Scalars of an array are all left.
 */
const choices = (value: Json): Json[] => {
  if (Array.isArray(value)) {
    const scalars = value.filter((element) => typeof element !== 'object' || element === null);
    const nested = value.filter((element) => typeof element === 'object' && element !== null).flatMap(choices);
    return nested.length === 0 ? [scalars] : nested.map((chosen) => [...scalars, chosen]);
  }
  if (typeof value !== 'object' || value === null) return [value];
  return Object.entries(value).reduce<JsonObject[]>(
    (objects, [name, member]) =>
      objects.flatMap((object) => choices(member).map((chosen) => ({ ...object, [name]: chosen }))),
    [{}],
  );
};

const valuesAt = (value: Json, path: readonly string[]): Scalar[] => {
  if (Array.isArray(value)) return value.flatMap((element) => valuesAt(element, path));
  const [name, ...rest] = path;
  if (typeof value !== 'object' || value === null) return name === undefined ? [value as Scalar] : [];
  const member = name === undefined ? undefined : (value as JsonObject)[name];
  return member === undefined ? [] : valuesAt(member, rest);
};

type Condition = number | { 'anything-but': number } | { exists: true };
type Leaves = Record<string, Condition[]>;

const passes = (value: Scalar, condition: Condition): boolean => {
  if (typeof condition === 'number') return value === condition;
  return 'exists' in condition || value !== condition['anything-but'];
};

const expected = (leaves: Leaves, event: Json): boolean =>
  choices(event).some((chosen) =>
    Object.entries(leaves).every(([path, conditions]) =>
      valuesAt(chosen, path.split('.')).some((value) => conditions.some((condition) => passes(value, condition))),
    ),
  );

const names = ['a', 'b', 'c'] as const;
const number = fc.nat(2);
const { event } = fc.letrec<{ event: JsonObject; value: Json; rows: Json }>((tie) => ({
  value: fc.oneof({ maxDepth: 3, depthIdentifier: 'event' }, number, number, tie('rows'), tie('event')),
  rows: fc.array(fc.oneof({ weight: 6, arbitrary: tie('event') }, { weight: 1, arbitrary: number }), {
    minLength: 1,
    maxLength: 3,
  }),
  event: fc.record({ a: tie('value'), b: tie('value'), c: tie('value') }, { requiredKeys: ['a', 'b'] }),
}));
const condition: fc.Arbitrary<Condition> = fc.oneof(
  number,
  number.map((n) => ({ 'anything-but': n })),
  fc.constant({ exists: true } as const),
);
/** Two steps mostly, so that fields meet in the same arrays. */
const path = fc
  .tuple(
    fc.constantFrom(...names),
    fc.constantFrom(...names),
    fc.option(fc.constantFrom(...names), { freq: 3, nil: undefined }),
  )
  .map((steps) => steps.filter((step) => step !== undefined).join('.'));
const leaves = fc.dictionary(path, fc.array(condition, { minLength: 1, maxLength: 2 }), { minKeys: 2, maxKeys: 4 });

test('elements of arrays are chosen once for all fields of a pattern', () => {
  let matched = 0;
  fc.assert(
    fc.property(event, leaves, (given, wanted) => {
      const result = expected(wanted, given);
      if (result) matched++;
      // A dotted name is a path, as on AWS.
      expect(matches(compile(JSON.stringify(wanted)), fieldsOf(given))).toBe(result);
    }),
    { numRuns: 5_000 },
  );
  expect(matched).toBeGreaterThan(50);
});
