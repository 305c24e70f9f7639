import fc from 'fast-check';
import { type Attribute, type Attributes, decodeAttributes, encodeAttributes } from '../../shared/model/attribute.ts';
import { entity } from '../../shared/model/entity.ts';
import { secretNames, secretsOf, withoutSecrets } from '../../shared/model/secrets.ts';
import { decodeItem } from '../../shared/stream/change.ts';
import { asText, holdsSecret, planted } from '../support/given/canaries.ts';
import { anyObject, dataOf, type Shape, zodObjectOf } from './schemaShapes.ts';

const secretLeaf = fc.constant<Shape>({ kind: 'secret' });
const KEY = { pk: 'ITEM#1' };

/** An entity with secrets anywhere, and an item of it with something in each. */
const given = anyObject(secretLeaf).chain((shape) =>
  fc.record({ data: dataOf(shape), form: fc.nat(4) }).map(({ data, form }) => {
    const schema = zodObjectOf({
      ...shape,
      fields: { ...shape.fields, id: { of: { kind: 'text' }, isOptional: false } },
    });
    const image = encodeAttributes({ ...(data as object), id: '1', PK: 'ITEM#1' });
    const example = schema.parse(decodeAttributes(withoutSecrets(secretsOf(schema), image)));
    const one = entity('one', { key: 'ITEM#{id}', schema, example });
    return { one, held: planted(one.secrets, image, form) };
  }),
);

const decoded = (of: Parameters<typeof decodeItem>[1], image: Attributes): unknown => {
  try {
    return decodeItem({ tenant: undefined }, of, KEY, image);
  } catch (error) {
    return (error as Error).message;
  }
};

test('an item without its secrets is what its code is given with them, and holds none', () => {
  let secrets = 0;
  fc.assert(
    fc.property(given, ({ one, held }) => {
      const shown = withoutSecrets(one.secrets, held);
      expect(holdsSecret(asText(shown))).toBe(false);
      expect(withoutSecrets(one.secrets, shown)).toEqual(shown);
      expect(decoded(one, shown)).toEqual(decoded(one, held));
      expect(holdsSecret(asText(decoded(one, held)))).toBe(false);
      if (holdsSecret(asText(held))) secrets++;
    }),
    { numRuns: 500 },
  );
  expect(secrets).toBeGreaterThan(100);
});

test('also where something else stands in its place: it may be the secret', () => {
  let replaced = 0;
  fc.assert(
    fc.property(
      given,
      fc.constantFrom<Attribute>({ S: 'canary-9' }, { L: [{ S: 'canary-9' }] }, { SS: ['canary-9'] }),
      ({ one, held }, instead) => {
        const withSecrets = [...(one.secrets?.fields.keys() ?? [])];
        const wrong = { ...held, ...Object.fromEntries(withSecrets.map((name) => [name, instead])) };
        const lists = [...(one.secrets?.fields.values() ?? [])].some(
          (within) => typeof within !== 'string' && within.every !== undefined,
        );
        fc.pre(!lists || !('L' in instead));
        expect(holdsSecret(asText(withoutSecrets(one.secrets, wrong)))).toBe(false);
        expect(decoded(one, withoutSecrets(one.secrets, wrong))).toEqual(decoded(one, wrong));
        if (withSecrets.length > 0) replaced++;
      },
    ),
    { numRuns: 300 },
  );
  expect(replaced).toBeGreaterThan(50);
});

test('what holds no secret stays as it is, the same object', () => {
  fc.assert(
    fc.property(anyObject(), (shape) => {
      const secrets = secretsOf(zodObjectOf(shape));
      const image = { a: { S: 'x' } };
      expect([secrets, secretNames(secrets)]).toEqual([undefined, []]);
      expect(withoutSecrets(secrets, image)).toBe(image);
    }),
  );
});
