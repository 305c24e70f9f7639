const OPEN = '<!-- bench -->';
const CLOSE = '<!-- /bench -->';

/** The text with what stands between the two comments replaced: figures get into the README by this alone. */
export function withResults(readme: string, markdown: string): string {
  const from = readme.indexOf(OPEN);
  const to = readme.indexOf(CLOSE);
  if (from < 0 || to < from) throw new Error(`the README lacks ${OPEN} … ${CLOSE}`);
  return `${readme.slice(0, from + OPEN.length)}\n${markdown}${readme.slice(to)}`;
}
