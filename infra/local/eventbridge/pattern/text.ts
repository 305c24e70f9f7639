import type { Test } from './pattern.ts';

const onText =
  (test: (text: string) => boolean): Test =>
  (value) =>
    typeof value === 'string' && test(value);

export const prefix = (wanted: string): Test => onText((text) => text.startsWith(wanted));
export const suffix = (wanted: string): Test => onText((text) => text.endsWith(wanted));
export const sameText = (wanted: string): Test => onText((text) => text === wanted);

export const sameTextAnyCase = (wanted: string): Test => matching(`^${anyCase(wanted)}$`);
export const prefixAnyCase = (wanted: string): Test => matching(`^${anyCase(wanted)}`);
export const suffixAnyCase = (wanted: string): Test => matching(`${anyCase(wanted)}$`);

const matching = (source: string): Test => {
  const expression = new RegExp(source, 'su');
  return onText((text) => expression.test(text));
};

/** Character by character, each in its lower or upper form, in no language's rules: as AWS, not as a full case folding. */
const anyCase = (text: string): string =>
  [...text].map((character) => `(?:${literal(character.toLowerCase())}|${literal(character.toUpperCase())})`).join('');

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
