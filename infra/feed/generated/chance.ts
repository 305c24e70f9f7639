import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** What happens by chance in a generated life: all of it follows from the seed. */
export class Chance {
  readonly #next: () => number;

  constructor(seed: number) {
    const generator = xoroshiro128plus(seed);
    this.#next = () => uniformFloat64(generator);
  }

  /** Whether it happens. @param part 0 (never) to 1 (always) */
  happens(part: number): boolean {
    return this.#next() < part;
  }

  /** A whole number; both ends included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.#next() * (high - low + 1));
  }

  /** Waiting times of what happens at random: mostly short, now and then long. At least 1, whole. */
  wait(mean: number): number {
    return Math.max(1, Math.round(-Math.log(1 - this.#next()) * mean));
  }

  pick<Choice>(choices: readonly Choice[]): Choice {
    return choices[this.between(0, choices.length - 1)] as Choice;
  }

  /** By Zipf's law: the first is taken most, the second half as often, the third a third as often. */
  skewed<Choice>(choices: readonly Choice[]): Choice {
    return this.weighted(choices.map((choice, place) => [choice, 1 / (place + 1)]));
  }

  weighted<Choice>(choices: readonly (readonly [Choice, number])[]): Choice {
    let place = this.#next() * choices.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [choice, weight] of choices) {
      place -= weight;
      if (place < 0) return choice;
    }
    return (choices.at(-1) as readonly [Choice, number])[0];
  }

  /** Of digits and lower-case letters. */
  id(length: number): string {
    return Array.from({ length }, () => this.pick([...ALPHABET])).join('');
  }
}
