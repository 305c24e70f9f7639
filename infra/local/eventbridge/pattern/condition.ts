import { cidr, sameAddress } from './address.ts';
import { anythingBut } from './anythingBut.ts';
import { numeric } from './numeric.ts';
import { isObject, type Json, type JsonObject, refuse, type Test } from './pattern.ts';
import { prefix, prefixAnyCase, sameText, sameTextAnyCase, suffix, suffixAnyCase } from './text.ts';
import { wildcard } from './wildcard.ts';

export const ABSENT = Symbol('absent');

/** One element of a pattern's array: a literal value or an operator. */
export const conditionOf = (element: Json): Test | typeof ABSENT => {
  if (isObject(element)) return byOperator(element);
  if (typeof element === 'string') return sameAddress(element) ?? sameText(element);
  if (Array.isArray(element)) return refuse('Match value must be String, number, true, false, or null');
  return (value) => value === element;
};

type Operator = (argument: Json) => Test | typeof ABSENT;

const byOperator = (expression: JsonObject): Test | typeof ABSENT => {
  const [entry, ...more] = Object.entries(expression);
  if (entry === undefined) return refuse('Match expression name not found');
  const [name, argument] = entry;
  const operator = OPERATORS.get(name) ?? refuse(`Unrecognized match type ${name}`);
  const condition = operator(argument);
  if (more.length > 0) refuse('Only one key allowed in match expression');
  return condition;
};

const exists: Operator = (argument) => {
  if (typeof argument !== 'boolean') return refuse('exists match pattern must be either true or false.');
  return argument ? () => true : ABSENT;
};

const onText =
  (name: string, test: (wanted: string) => Test): Operator =>
  (argument) =>
    typeof argument === 'string' ? test(argument) : refuse(`${name} match pattern must be a string`);

/** `{"prefix": "a"}` or `{"prefix": {"equals-ignore-case": "a"}}`; the same for suffix. */
const onTextOrAnyCase = (name: string, test: (wanted: string) => Test, anyCase: (wanted: string) => Test): Operator => {
  const plain = onText(name, test);
  const folded = onText('equals-ignore-case', anyCase);
  return (argument) => {
    if (!isObject(argument)) return plain(argument);
    const [entry, ...more] = Object.entries(argument);
    if (entry === undefined) return refuse(`${name === 'prefix' ? 'Prefix' : 'Suffix'} expression name not found`);
    if (entry[0] !== 'equals-ignore-case') return refuse(`Unsupported ${name} pattern: ${entry[0]}`);
    if (more.length > 0) refuse('Only one key allowed in match expression');
    return folded(entry[1]);
  };
};

const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['exactly', onText('exact', sameText)],
  ['prefix', onTextOrAnyCase('prefix', prefix, prefixAnyCase)],
  ['suffix', onTextOrAnyCase('suffix', suffix, suffixAnyCase)],
  ['equals-ignore-case', onText('equals-ignore-case', sameTextAnyCase)],
  ['wildcard', onText('wildcard', wildcard)],
  ['anything-but', anythingBut],
  ['numeric', numeric],
  // AWS names the prefix here too.
  ['cidr', onText('prefix', cidr)],
  ['exists', exists],
]);
