import fc from 'fast-check';
import {
  type Attribute,
  type Attributes,
  decodeAttribute,
  decodeAttributes,
  encodeAttribute,
  encodeAttributes,
} from '../../shared/model/attribute.ts';
import { attributesFromJson, attributesToJson } from '../../shared/model/attributeJson.ts';
import { decimalText } from './decimals.ts';

const bytes = fc.uint8Array({ maxLength: 12 });
/** `__proto__` has a test of its own below. */
const name = fc.string({ maxLength: 6 }).filter((text) => text !== '__proto__');
const names = fc.oneof(name, fc.constantFrom('B', 'BS', 'S', 'M', 'constructor', 'toString'));

const { attribute } = fc.letrec<{ attribute: Attribute }>((tie) => ({
  attribute: fc.oneof(
    { depthSize: 'small' },
    fc.string().map((S): Attribute => ({ S })),
    decimalText.map((N): Attribute => ({ N })),
    bytes.map((B): Attribute => ({ B })),
    fc.boolean().map((BOOL): Attribute => ({ BOOL })),
    fc.constant<Attribute>({ NULL: true }),
    fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 3 }).map((SS): Attribute => ({ SS })),
    fc.uniqueArray(decimalText, { minLength: 1, maxLength: 3 }).map((NS): Attribute => ({ NS })),
    fc.uniqueArray(bytes, { minLength: 1, maxLength: 3, selector: String }).map((BS): Attribute => ({ BS })),
    fc.array(tie('attribute'), { maxLength: 3 }).map((L): Attribute => ({ L })),
    fc.dictionary(names, tie('attribute'), { maxKeys: 3, noNullPrototype: true }).map((M): Attribute => ({ M })),
  ),
}));
const attributes: fc.Arbitrary<Attributes> = fc.dictionary(names, attribute, { maxKeys: 5, noNullPrototype: true });

test('an attribute is decoded and encoded to the same attribute: 38 digits, bytes, sets and empty texts included', () => {
  fc.assert(
    fc.property(attribute, (given) => {
      expect(encodeAttribute(decodeAttribute(given))).toEqual(given);
    }),
    { numRuns: 1000 },
  );
});

test('attributes survive JSON, at any depth and in any company', () => {
  fc.assert(
    fc.property(attributes, attributes, fc.string(), (old, now, eventId) => {
      const record = { eventId, at: 1, byTtl: false, old, new: now, list: [old, now] };
      expect(attributesFromJson(attributesToJson(record))).toEqual(record);
    }),
    { numRuns: 500 },
  );
});

test('values that are undefined are left out, what DynamoDB can not hold is refused', () => {
  expect(encodeAttributes({ a: undefined, b: '' })).toEqual({ b: { S: '' } });
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, () => 1, Symbol('x'), 1n])
    expect(() => encodeAttribute(value)).toThrow(TypeError);
});

test('an attribute named __proto__ is an attribute like any other', () => {
  const given = JSON.parse('{"__proto__":{"S":"x"}}') as Attributes;
  expect(Object.keys(decodeAttributes(given))).toEqual(['__proto__']);
});
