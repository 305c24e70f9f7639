import fc from 'fast-check';
import type { Attribute, Attributes } from '../../shared/model/attribute.ts';
import { decimalText } from './decimals.ts';

const bytes = fc.uint8Array({ maxLength: 12 });
/** `__proto__` has a test of its own. */
const name = fc.string({ maxLength: 6 }).filter((text) => text !== '__proto__');
const names = fc.oneof(name, fc.constantFrom('B', 'BS', 'S', 'M', 'constructor', 'toString'));

export const { attribute } = fc.letrec<{ attribute: Attribute }>((tie) => ({
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
export const attributes: fc.Arbitrary<Attributes> = fc.dictionary(names, attribute, {
  maxKeys: 5,
  noNullPrototype: true,
});
