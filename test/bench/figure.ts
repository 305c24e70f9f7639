/** What one round measured. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  /** In the unit. */
  readonly rate: number;
  /** The plain way to do the same, in the same unit, in the same process and minute. */
  readonly beside?: { readonly what: string; readonly rate: number };
  /** The ratio that the project asked of itself. */
  readonly asked?: string;
}

/** One figure over all rounds. */
export interface Summary {
  readonly name: string;
  readonly unit: string;
  readonly median: number;
  readonly least: number;
  readonly most: number;
  readonly beside?: { readonly what: string; readonly median: number; readonly ratio: number };
  readonly asked?: string;
}

/** By name and what is beside, in the order of the first round. The ratio is the median of the rounds' own: a slow minute slows both. */
export function summarize(rounds: readonly (readonly Figure[])[]): Summary[] {
  const [first = []] = rounds;
  return first.map(({ name, unit, beside, asked }) => {
    const same = (other: Figure): boolean => other.name === name && other.beside?.what === beside?.what;
    const figures = rounds.flatMap((round) => round.filter(same));
    const rates = figures.map(({ rate }) => rate);
    const spread = { median: median(rates), least: Math.min(...rates), most: Math.max(...rates) };
    return { name, unit, ...spread, ...besideOf(figures), ...(asked !== undefined && { asked }) };
  });
}

function besideOf(figures: readonly Figure[]): Pick<Summary, 'beside'> {
  const pairs = figures.flatMap(({ rate, beside }) => (beside ? [{ rate, beside }] : []));
  const [first] = pairs;
  if (!first) return {};
  return {
    beside: {
      what: first.beside.what,
      median: median(pairs.map(({ beside }) => beside.rate)),
      ratio: median(pairs.map(({ rate, beside }) => rate / beside.rate)),
    },
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  return (lower + upper) / 2;
}
