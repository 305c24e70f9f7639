import * as z from 'zod';
import { isBig } from './decimal.ts';

/**
 * A long list of numbers, such as an embedding, of which code is given only how many there are: no event, statistic or
 * condition can hold it. The table has it, and so has the archive. In an example a number stands for a list so long.
 */
export const vector = (): z.ZodType<number> =>
  z.preprocess((value) => (isVector(value) ? value.length : value), z.number().int().min(0));

const isVector = (value: unknown): value is unknown[] =>
  Array.isArray(value) && value.every((member) => typeof member === 'number' || isBig(member));
