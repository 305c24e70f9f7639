/** A page's text with what stands between `<!-- name -->` and `<!-- /name -->` replaced: generated parts get in by this alone. */
export function withSection(page: string, name: string, markdown: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const from = page.indexOf(open);
  const to = page.indexOf(close);
  if (from < 0 || to < from) throw new Error(`the README lacks ${open} … ${close}`);
  return `${page.slice(0, from + open.length)}\n${markdown}${page.slice(to)}`;
}
