export type Random = () => number;

/** A small seeded generator, so that one number decides all that happens by chance in a world. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export const below = (random: Random, limit: number): number => Math.floor(random() * limit);

export const between = (random: Random, low: number, high: number): number => low + below(random, high - low + 1);

export const chance = (random: Random, part: number): boolean => random() < part;

export const pick = <Choice>(random: Random, choices: readonly Choice[]): Choice =>
  choices[below(random, choices.length)] as Choice;

/** @param weighted choices with their weights. */
export function pickWeighted<Choice extends string>(
  random: Random,
  weighted: Readonly<Record<Choice, number>>,
): Choice {
  const choices = Object.keys(weighted) as Choice[];
  const place = random() * choices.reduce((sum, choice) => sum + weighted[choice], 0);
  let passed = 0;
  for (const choice of choices) {
    passed += weighted[choice];
    if (place < passed) return choice;
  }
  return choices[0] as Choice;
}
