/** Ticks of an axis of time, in seconds, UTC. */

const HOUR = 3_600;
const DAY = 24 * HOUR;
/** As uPlot takes them: from here on it sets ticks to the first of a month, of a year. */
const MONTH = 30 * DAY;
const YEAR = 365 * DAY;

const APART: readonly number[] = [
  ...[1, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 5, 10, 15].map((n) => n * DAY),
  ...[1, 2, 3, 6].map((n) => n * MONTH),
  ...[1, 2, 5, 10].map((n) => n * YEAR),
];

/** How far ticks may be apart: no hours where what is shown are days. */
export function mayBeApart(xs: readonly number[]): number[] {
  const areDays = xs.every((x) => x % DAY === 0);
  return APART.filter((apart) => apart >= (areDays ? DAY : HOUR));
}

/** As much of each time as the distance between ticks tells apart. */
export const tickTexts = (ticks: readonly number[], apart: number): string[] =>
  ticks.map((tick) => {
    const iso = new Date(tick * 1_000).toISOString();
    return apart >= MONTH ? iso.slice(0, 7) : apart >= DAY ? iso.slice(0, 10) : iso.slice(5, 16).replace('T', ' ');
  });
