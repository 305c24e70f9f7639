/* A terminal's text as a picture that GitHub shows: one small SVG, without a font, script or request of its own. */

const COLUMNS = 112;
/** Pixels. */
const [LINE, CHARACTER, MARGIN, BAR] = [19, 7.83, 20, 36];

/** @param steps what was typed, and what the command said: `{ typed, said }` */
export function terminalSvg(steps) {
  const rows = steps.flatMap(({ typed, said }) => [
    { kind: 'typed', text: `$ ${typed}` },
    ...said.map((text) => ({ kind: 'said', text })),
    { kind: 'said', text: '' },
  ]);
  const width = Math.ceil(COLUMNS * CHARACTER + 2 * MARGIN);
  const height = BAR + MARGIN + rows.length * LINE;
  const text = rows
    .map(
      ({ kind, text }, i) =>
        `<text class="${kind}" x="${MARGIN}" y="${BAR + MARGIN + i * LINE}">${escaped(cut(text))}</text>`,
    )
    .join('\n');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="A terminal in which afterwrite is fed and asked">
<style>text { font: 13px ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; white-space: pre; fill: #c9d1d9 } .typed { fill: #7ee787; font-weight: 600 }</style>
<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>
<circle cx="20" cy="18" r="6" fill="#ff5f57"/><circle cx="40" cy="18" r="6" fill="#febc2e"/><circle cx="60" cy="18" r="6" fill="#28c840"/>
${text}
</svg>
`;
}

const cut = (text) => (text.length > COLUMNS ? `${text.slice(0, COLUMNS - 1)}…` : text);

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
