interface Sight {
  readonly rows: number;
  /** Pixels, all three. */
  readonly row: number;
  readonly top: number;
  readonly height: number;
  /** Rows that are drawn above and below what can be seen. */
  readonly besides: number;
}

/** Which rows are drawn: `first` to before `last`, never more than fit and some besides. */
export function windowOf({ rows, row, top, height, besides }: Sight): { first: number; last: number } {
  const seen = Math.ceil(height / row) + 1;
  const first = Math.max(0, Math.min(Math.floor(top / row), rows - seen) - besides);
  return { first, last: Math.min(rows, first + seen + 2 * besides) };
}
