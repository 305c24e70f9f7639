import fc from 'fast-check';
import { z } from 'zod';
import { secret } from '../../shared/model/secrets.ts';

/** A schema as plain data, so that it can be changed in one place. */
export type Shape =
  | { readonly kind: 'text' | 'flag' | 'whole' | 'secret' }
  | { readonly kind: 'number'; readonly max: number }
  | { readonly kind: 'oneOf'; readonly members: readonly string[] }
  | { readonly kind: 'maybe' | 'list' | 'map'; readonly of: Shape }
  | ObjectShape;

interface ObjectShape {
  readonly kind: 'object';
  readonly fields: Readonly<Record<string, { readonly of: Shape; readonly isOptional: boolean }>>;
}

const NAMES = ['a', 'b', 'c'];
const leaf: fc.Arbitrary<Shape> = fc.oneof(
  fc.constantFrom<Shape>({ kind: 'text' }, { kind: 'flag' }, { kind: 'whole' }),
  fc.integer({ min: 1, max: 9 }).map((max): Shape => ({ kind: 'number', max })),
  fc.subarray(['x', 'y', 'z'], { minLength: 1 }).map((members): Shape => ({ kind: 'oneOf', members })),
);

/** @param leaves what the innermost fields are, beside plain ones */
export const anyObject = (leaves: fc.Arbitrary<Shape> = leaf): fc.Arbitrary<ObjectShape> => {
  const { object } = fc.letrec<{ shape: Shape; object: ObjectShape }>((tie) => ({
    shape: fc.oneof({ maxDepth: 3 }, fc.oneof(leaf, leaves), tie('object'), wrapped(tie('shape'))),
    object: fc
      .dictionary(fc.constantFrom(...NAMES), fc.record({ of: tie('shape'), isOptional: fc.boolean() }), { minKeys: 1 })
      .map((fields): ObjectShape => ({ kind: 'object', fields })),
  }));
  return object;
};

const wrapped = (inner: fc.Arbitrary<Shape>): fc.Arbitrary<Shape> =>
  fc
    .tuple(fc.constantFrom('maybe' as const, 'list' as const, 'map' as const), inner)
    .map(([kind, of]) => (kind === 'maybe' && (of.kind === 'maybe' || of.kind === 'secret') ? of : { kind, of }));

export function zodOf(shape: Shape): z.ZodType {
  switch (shape.kind) {
    case 'text':
      return z.string();
    case 'flag':
      return z.boolean();
    case 'whole':
      return z.number().int();
    case 'secret':
      return secret();
    case 'number':
      return z.number().max(shape.max);
    case 'oneOf':
      return z.enum(shape.members);
    case 'maybe':
      return zodOf(shape.of).nullable();
    case 'list':
      return z.array(zodOf(shape.of));
    case 'map':
      return z.record(z.string(), zodOf(shape.of));
    case 'object':
      return zodObjectOf(shape);
  }
}

export const zodObjectOf = ({ fields }: ObjectShape): z.ZodObject =>
  z.object(
    Object.fromEntries(
      Object.entries(fields).map(([name, { of, isOptional }]) => [name, isOptional ? zodOf(of).optional() : zodOf(of)]),
    ),
  );

/** Values that fit; null holds the place of a secret. */
export function dataOf(shape: Shape): fc.Arbitrary<unknown> {
  switch (shape.kind) {
    case 'text':
      return fc.constantFrom('', 'x', 'text');
    case 'flag':
      return fc.boolean();
    case 'whole':
      return fc.integer();
    case 'secret':
      return fc.constant(null);
    case 'number':
      return fc.integer({ min: -9, max: shape.max });
    case 'oneOf':
      return fc.constantFrom(...shape.members);
    case 'maybe':
      return fc.option(dataOf(shape.of));
    case 'list':
      return fc.array(dataOf(shape.of), { maxLength: 3 });
    case 'map':
      return fc.dictionary(fc.constantFrom('k', 'l'), dataOf(shape.of));
    case 'object':
      return fc.record(Object.fromEntries(Object.entries(shape.fields).map(([name, { of }]) => [name, dataOf(of)])), {
        requiredKeys: Object.entries(shape.fields)
          .filter(([, { isOptional }]) => !isOptional)
          .map(([name]) => name),
      });
  }
}

/** The shape with one change somewhere. */
export function changed(shape: Shape): fc.Arbitrary<Shape> {
  const here = changedHere(shape);
  if (shape.kind === 'object')
    return fc.oneof(
      ...here,
      ...Object.entries(shape.fields).map(([name, field]) =>
        changed(field.of).map((of): Shape => ({ ...shape, fields: { ...shape.fields, [name]: { ...field, of } } })),
      ),
    );
  if ('of' in shape)
    return fc.oneof(
      ...here,
      changed(shape.of).map((of): Shape => ({ ...shape, of })),
    );
  return fc.oneof(...here);
}

function changedHere(shape: Shape): fc.Arbitrary<Shape>[] {
  const another: fc.Arbitrary<Shape>[] = [
    leaf,
    fc.constant(shape.kind === 'maybe' ? shape.of : { kind: 'maybe', of: shape }),
  ];
  if (shape.kind === 'number') another.push(fc.integer({ min: 1, max: 9 }).map((max) => ({ ...shape, max })));
  if (shape.kind !== 'object') return another;
  const names = Object.keys(shape.fields);
  const withField = (name: string, field: ObjectShape['fields'][string]): Shape => ({
    ...shape,
    fields: { ...shape.fields, [name]: field },
  });
  return [
    fc.tuple(leaf, fc.boolean()).map(([of, isOptional]) => withField('added', { of, isOptional })),
    fc.constantFrom(...names).map((name) => {
      const { [name]: _gone, ...fields } = shape.fields;
      return { ...shape, fields };
    }),
    fc.constantFrom(...names).map((name) => {
      const field = shape.fields[name] as ObjectShape['fields'][string];
      return withField(name, { ...field, isOptional: !field.isOptional });
    }),
  ];
}
