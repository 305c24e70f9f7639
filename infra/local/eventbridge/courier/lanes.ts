interface Lane {
  active: number;
  /** Those that wait for their turn, oldest first. */
  readonly waiting: (() => void)[];
}

/** Runs at most `width` pieces of work at once under each name, in the order of asking: one that hangs holds up its own lane alone. */
export class Lanes {
  readonly #width: number;
  readonly #lanes = new Map<string, Lane>();

  constructor(width: number) {
    this.#width = width;
  }

  async run<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const lane = this.#lanes.get(name) ?? { active: 0, waiting: [] };
    this.#lanes.set(name, lane);
    if (lane.active < this.#width) lane.active++;
    else await new Promise<void>((resolve) => lane.waiting.push(resolve));
    try {
      return await work();
    } finally {
      this.#leave(name, lane);
    }
  }

  /** A place is handed on without becoming free, so nobody gets in between. */
  #leave(name: string, lane: Lane): void {
    const next = lane.waiting.shift();
    if (next) next();
    else if (--lane.active === 0) this.#lanes.delete(name);
  }
}
