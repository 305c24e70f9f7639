/** The compiled form of an event pattern: what `compile` makes and `matches` reads. */

export type Scalar = string | number | boolean | null;
export type Json = Scalar | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Says whether one value of an event's field is wanted. */
export type Test = (value: Scalar) => boolean;

/** What a pattern asks of one field: one of the tests passes, or (`mayBeAbsent`) the field is not there. */
export interface Leaf {
  readonly path: string;
  readonly tests: readonly Test[];
  readonly mayBeAbsent: boolean;
}

/** Leaves that must all hold together, sorted by path: array consistency is decided in that order. */
export type Branch = readonly Leaf[];

/** `$or` multiplies out: an event matches if any branch holds. */
export interface Pattern {
  readonly branches: readonly Branch[];
}

/** A pattern that AWS refuses; the message is the reason it gives. */
export class InvalidPattern extends Error {
  /** Where: a path such as `detail.status[0]`, or line and column of what is no JSON; undefined: the whole. */
  readonly place: string | undefined;

  constructor(message: string, place?: string) {
    super(message);
    this.place = place;
  }
}

/** Gives what is refused inside `work` a place, unless it has a narrower one already. */
export const at = <Result>(place: string, work: () => Result): Result => {
  try {
    return work();
  } catch (error) {
    if (error instanceof InvalidPattern && error.place === undefined) throw new InvalidPattern(error.message, place);
    throw error;
  }
};

export const refuse = (reason: string): never => {
  throw new InvalidPattern(reason);
};
