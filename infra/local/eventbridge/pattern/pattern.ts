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
export class InvalidPattern extends Error {}

export const refuse = (reason: string): never => {
  throw new InvalidPattern(reason);
};
