import { refuse, type Test } from './pattern.ts';

/**
 * AWS refuses wildcards that could keep its automaton in many states at once, without saying how many. Its Event Ruler
 * counts such states and names 10 as an example of a limit for one rule; every documented example falls on the right side.
 */
const MAX_COMPLEXITY = 10;

/** `*` is any run of characters, `\*` and `\\` are the characters themselves. */
export const wildcard = (wanted: string): Test => {
  const segments = segmentsOf(wanted);
  if (isTooComplex(segments)) {
    refuse(
      'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character',
    );
  }
  return (value) => typeof value === 'string' && fits(segments, value);
};

/** The literal text between the wildcards: one segment more than there are wildcards. */
const segmentsOf = (wanted: string): readonly string[] => {
  const segments: string[] = [];
  let literal = '';
  for (let at = 0; at < wanted.length; at++) {
    const character = wanted.charAt(at);
    const next = wanted.charAt(at + 1);
    if (character === '*') {
      if (next === '*') refuse(`Consecutive wildcard characters at pos ${reportedPosition(wanted, at)}`);
      segments.push(literal);
      literal = '';
    } else if (character === '\\') {
      if (next !== '*' && next !== '\\') refuse(`Invalid escape character at pos ${reportedPosition(wanted, at)}`);
      literal += next;
      at++;
    } else {
      literal += character;
    }
  }
  return [...segments, literal];
};

/** AWS counts bytes, from the opening quote. */
const reportedPosition = (wanted: string, at: number): number => Buffer.byteLength(wanted.slice(0, at)) + 1;

/** Leftmost fit of each segment in turn, so the time is linear in the text for every segment. */
const fits = (segments: readonly string[], text: string): boolean => {
  const [first = '', ...rest] = segments;
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const segment of rest) {
    const found = text.indexOf(segment, at);
    if (found < 0) return false;
    at = found + segment.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
};

/**
 * The states that the worst text is in at once: all wildcards, and every beginning of a segment after a wildcard that the
 * text has just ended with. A closing quote belongs to the last segment.
 */
const isTooComplex = (segments: readonly string[]): boolean => {
  const wildcards = segments.length - 1;
  if (wildcards > MAX_COMPLEXITY) return true;
  const last = segments.length - 1;
  const beginnings = segments.flatMap((segment, index) => {
    if (index === 0) return [];
    return beginningsOf(index === last ? `${segment}"` : segment);
  });
  return beginnings.some((text) => {
    const together = beginnings.filter((beginning) => text.endsWith(beginning)).length;
    return wildcards + together > MAX_COMPLEXITY;
  });
};

const beginningsOf = (segment: string): string[] => Array.from(segment, (_, index) => segment.slice(0, index + 1));
