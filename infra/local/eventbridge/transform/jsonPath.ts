import type { Json } from '../pattern/pattern.ts';

/** The part of JSON path that EventBridge knows: names behind dots, indices, and `*` for every element or member. */
const PATH = /^\$(?:\.[^.[\]]+|\[(?:\d+|\*)\])*$/;
const STEP = /\.([^.[\]]+)|\[(\d+|\*)\]/g;
const EVERY = '*';

/** What a path names; undefined if it is not there or no such path. With `*`, the list of all that it names. */
export const valueAt = (path: string, root: Json): Json | undefined => {
  if (!PATH.test(path)) return undefined;
  const steps = [...path.matchAll(STEP)].map(([, name, index]) => name ?? index ?? '');
  const found = steps.reduce<readonly Json[]>((values, step) => values.flatMap((value) => below(value, step)), [root]);
  return steps.includes(EVERY) ? found : found[0];
};

const below = (value: Json, step: string): readonly Json[] => {
  if (typeof value !== 'object' || value === null) return [];
  if (step === EVERY) return Object.values(value);
  const member = Object.getOwnPropertyDescriptor(value, step);
  return member?.enumerable ? [member.value] : [];
};
