import { readFileSync } from 'node:fs';

/* https://www.w3.org/TR/WCAG22/#contrast-minimum and #non-text-contrast, of every colour that the page has. */

const css = readFileSync('infra/console/page/styles/colours.css', 'utf8');
type Colours = Record<string, string>;

/** In the order of the file: light, dark by the system, dark by choice. */
const [light, system, chosen] = [...css.matchAll(/color-scheme: (?:light|dark);([^}]*)\}/g)].map(
  ([, block = '']): Colours =>
    Object.fromEntries([...block.matchAll(/--([\w-]+): ([^;]+);/g)].map(([, name = '', value = '']) => [name, value])),
) as [Colours, Colours, Colours];

type Rgb = readonly [number, number, number];

/** A colour of the sheet as it looks on what lies below it. */
function over(colour: string, below: Rgb): Rgb {
  const [r = 0, g = 0, b = 0, alpha = 255] = (colour.slice(1).match(/../g) ?? []).map((two) =>
    Number.parseInt(two, 16),
  );
  const a = alpha / 255;
  return [r * a + below[0] * (1 - a), g * a + below[1] * (1 - a), b * a + below[2] * (1 - a)];
}

const luminance = (rgb: Rgb): number => {
  const [r = 0, g = 0, b = 0] = rgb.map((n) => (n <= 10.31 ? n / 255 / 12.92 : ((n / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

const contrast = (one: Rgb, other: Rgb): number => {
  const [dark = 0, bright = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
};

const TONES = ['blue', 'teal', 'violet', 'amber', 'rose'];

describe.each([
  ['light', light],
  ['dark', system],
])('%s', (_, colours) => {
  const solid = (name: string): Rgb => over(colours[name] ?? '', [0, 0, 0]);
  const grounds = ['bg', 'surface', 'raised'].map((name) => [name, solid(name)] as const);

  test.each(grounds)('texts can be read on %s', (_name, ground) => {
    for (const name of ['text', 'muted', ...TONES, 'bad'])
      expect([name, contrast(solid(name), ground) >= 4.5]).toEqual([name, true]);
  });

  test('what has a tone can be read on its own soft ground, wherever that lies', () => {
    for (const tone of TONES)
      for (const [name, ground] of grounds) {
        const soft = over(colours[`${tone}-soft`] ?? '', ground);
        expect([tone, name, contrast(solid(tone), soft) >= 4.5]).toEqual([tone, name, true]);
      }
    for (const notice of ['bad-soft', 'warning-soft'])
      expect(contrast(solid('text'), solid(notice))).toBeGreaterThan(4.5);
    // Of a button that is pressed first, and of the words under the pointer.
    expect(contrast(solid('surface'), solid('blue'))).toBeGreaterThan(4.5);
    expect(contrast(solid('surface'), solid('text'))).toBeGreaterThan(4.5);
  });

  test('the edge of what is typed into, and what has the focus, can be seen', () => {
    for (const name of ['edge', 'blue'])
      for (const ground of ['bg', 'surface'])
        expect([name, ground, contrast(solid(name), solid(ground)) >= 3]).toEqual([name, ground, true]);
  });
});

test('dark is the same, whether the system or a person chose it', () => {
  expect(chosen).toEqual(system);
  expect(Object.keys(system).sort()).toEqual(
    Object.keys(light)
      .filter((name) => name !== 'radius')
      .sort(),
  );
});
