/** Time as a port: code that decides by time takes a Clock; tests and `feed` turn it. */
export interface Clock {
  /** The present, in milliseconds since the epoch. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };
