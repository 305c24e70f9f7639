import { type Json, refuse, type Scalar, type Test } from './pattern.ts';

/** EventBridge user guide, numeric matching: -5.0e9 to 5.0e9, six digits to the right of the decimal point. */
const MAX_MAGNITUDE = 5e9;
const STEPS_PER_ONE = 1e6;

/** A number in steps of a millionth; undefined if EventBridge does not compare it. */
const stepsOf = (value: Scalar): number | undefined =>
  typeof value === 'number' && Math.abs(value) <= MAX_MAGNITUDE ? Math.round(value * STEPS_PER_ONE) : undefined;

const comparable = (value: number): number =>
  stepsOf(value) ?? refuse('Value must be between -5.0E9 and 5.0E9, inclusive');

/** Refuses a number that EventBridge does not compare. */
export const sameNumber = (wanted: number): Test => {
  const steps = comparable(wanted);
  return (value) => stepsOf(value) === steps;
};

/** `["=", n]`, one bound, or a lower and then an upper bound. */
export const numeric = (terms: Json): Test => {
  if (!Array.isArray(terms)) return refuse('Value of numeric must be an array.');
  const [operator, operand, ...rest] = terms as readonly Json[];
  if (typeof operator !== 'string')
    return refuse(`Invalid member in numeric match: ${JSON.stringify(operator) ?? ']'}`);
  if (operator === '>' || operator === '>=') {
    const lower = { steps: operandOf(operator, operand), isOpen: operator === '>' };
    return rest.length === 0 ? between(lower, NO_UPPER) : between(lower, upperBound(lower.steps, rest));
  }
  const equals = operator === '=';
  if (!equals && operator !== '<' && operator !== '<=') {
    return refuse(`Unrecognized numeric range operator: ${operator}`);
  }
  const steps = operandOf(operator, operand);
  if (rest.length > 0) refuse('Too many elements in numeric expression');
  return equals ? (value) => stepsOf(value) === steps : between(NO_LOWER, { steps, isOpen: operator === '<' });
};

interface Bound {
  readonly steps: number;
  readonly isOpen: boolean;
}

const NO_LOWER: Bound = { steps: -Infinity, isOpen: false };
const NO_UPPER: Bound = { steps: Infinity, isOpen: false };

const between =
  (lower: Bound, upper: Bound): Test =>
  (value) => {
    const steps = stepsOf(value);
    if (steps === undefined) return false;
    const isAbove = lower.isOpen ? steps > lower.steps : steps >= lower.steps;
    return isAbove && (upper.isOpen ? steps < upper.steps : steps <= upper.steps);
  };

const upperBound = (lower: number, [operator, operand, ...rest]: readonly Json[]): Bound => {
  if (typeof operator !== 'string') return refuse(`Bad value in numeric range: ${JSON.stringify(operator) ?? ']'}`);
  if (operator !== '<' && operator !== '<=') return refuse(`Bad numeric range operator: ${operator}`);
  const steps = operandOf(operator, operand);
  if (rest.length > 0) refuse('Too many terms in numeric range expression');
  if (steps <= lower) refuse('Bottom must be less than top');
  return { steps, isOpen: operator === '<' };
};

const operandOf = (operator: string, operand: Json | undefined): number =>
  typeof operand === 'number'
    ? comparable(operand)
    : refuse(`Value of ${operator === '=' ? 'equals' : operator} must be numeric`);
