import fc from 'fast-check';
import {
  type Attributes,
  decodeAttribute,
  decodeAttributes,
  encodeAttribute,
  encodeAttributes,
} from '../../shared/model/attribute.ts';
import { attributesFromJson, attributesToJson } from '../../shared/model/attributeJson.ts';
import { attribute, attributes } from './anyAttributes.ts';

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
