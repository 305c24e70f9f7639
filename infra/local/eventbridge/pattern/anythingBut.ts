import { sameNumber } from './numeric.ts';
import { isObject, type Json, type JsonObject, refuse, type Test } from './pattern.ts';
import { prefix, sameText, sameTextAnyCase, suffix } from './text.ts';
import { wildcard } from './wildcard.ts';

/** Everything that is there and is none of what is named, whatever its type: a number or null is not the text "a". */
export const anythingBut = (named: Json): Test => {
  const unwanted = isObject(named) ? byOperator(named) : byValue(named);
  return (value) => !unwanted.some((test) => test(value));
};

const byValue = (named: Json): readonly Test[] => {
  const values = listed(named);
  if (values.some((value) => typeof value !== 'string' && typeof value !== 'number')) {
    refuse('Inside anything but list, start|null|boolean is not supported.');
  }
  if (new Set(values.map((value) => typeof value)).size !== 1) {
    refuse('Inside anything but list, either all values are number or string, mixed type is not supported');
  }
  return values.map((value) => (typeof value === 'number' ? sameNumber(value) : sameText(String(value))));
};

interface Operator {
  readonly test: (wanted: string) => Test;
  readonly notText: string;
  readonly mayBeEmpty: boolean;
}

const AFFIX = { notText: 'prefix/suffix match pattern must be a string', mayBeEmpty: false };

const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ['prefix', { test: prefix, ...AFFIX }],
  ['suffix', { test: suffix, ...AFFIX }],
  [
    'equals-ignore-case',
    {
      test: sameTextAnyCase,
      notText: 'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.',
      mayBeEmpty: true,
    },
  ],
  ['wildcard', { test: wildcard, notText: 'wildcard match pattern must be a string', mayBeEmpty: true }],
]);

const byOperator = (named: JsonObject): readonly Test[] => {
  const [entry, ...more] = Object.entries(named);
  if (entry === undefined) return refuse('Anything-But expression name not found');
  const [name, argument] = entry;
  const operator = OPERATORS.get(name) ?? refuse(`Unsupported anything-but pattern: ${name}`);
  const values = listed(argument);
  if (more.length > 0) refuse('Only one key allowed in match expression');
  if (values.length === 0) refuse('Empty arrays are not allowed');
  return values.map((value) => {
    if (typeof value !== 'string') return refuse(operator.notText);
    if (value === '' && !operator.mayBeEmpty) refuse('Null prefix/suffix not allowed');
    return operator.test(value);
  });
};

const listed = (named: Json): readonly Json[] => {
  if (Array.isArray(named)) return named;
  return typeof named === 'string' || typeof named === 'number'
    ? [named]
    : refuse('Value of anything-but must be an array or single string/number value.');
};
