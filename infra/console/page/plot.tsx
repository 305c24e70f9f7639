import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { amount } from './format.ts';
import type { Line } from './lines.ts';
import { colour, onTheme } from './theme.ts';
import { mayBeApart, tickTexts } from './timeTicks.ts';

interface PlotProps {
  /** What it shows, for who does not see it. */
  readonly about: string;
  readonly xs: readonly number[];
  readonly lines: readonly Line[];
  readonly height: number;
  /** Of the x axis: times in seconds, or plain numbers; none draws no axes at all. */
  readonly axis: 'time' | 'number' | 'none';
  /** Width of a bar, in units of x. */
  readonly step?: number;
}

/** A plot that follows its data, the width it has and the theme. The picture has words beside it: `about`. */
export function Plot(props: PlotProps) {
  const host = useRef<HTMLDivElement>(null);
  const drawn = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const shape = `${props.axis} ${props.lines.map(({ label }) => label).join('\n')}`;
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const make = (): void => {
      drawn.current?.destroy();
      drawn.current = new uPlot(optionsOf(latest.current, element.clientWidth), dataOf(latest.current), element);
    };
    make();
    const resized = new ResizeObserver(() =>
      drawn.current?.setSize({ width: element.clientWidth, height: latest.current.height }),
    );
    resized.observe(element);
    const forget = onTheme(make);
    return () => {
      forget();
      resized.disconnect();
      drawn.current?.destroy();
      drawn.current = null;
    };
  }, [shape]);
  useEffect(() => drawn.current?.setData(dataOf(props)), [props.xs, props.lines]);
  return <div class={`plot plot-${props.axis} plot-h${props.height}`} ref={host} role="img" aria-label={props.about} />;
}

const dataOf = ({ xs, lines }: PlotProps): uPlot.AlignedData =>
  [[...xs], ...lines.map(({ values }) => [...values])] as uPlot.AlignedData;

function optionsOf({ axis, xs, lines, height, step }: PlotProps, width: number): uPlot.Options {
  const isSpark = axis === 'none';
  return {
    width: Math.max(width, 40),
    height,
    // To the right: half a label of the last tick.
    padding: isSpark ? [2, 0, 2, 0] : [12, 36, 0, 0],
    legend: { show: false },
    cursor: isSpark ? { show: false } : { points: { size: 7 }, drag: { x: false, y: false } },
    scales: {
      x: { time: axis === 'time', ...(step !== undefined && { range: besides(xs, step) }) },
      y: { range: fromZero },
    },
    axes: isSpark ? [{ show: false }, { show: false }] : [axisOf('x', axis), axisOf('y', axis)],
    series: [{}, ...lines.map(seriesOf)],
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), 'Etc/UTC'),
    ...(!isSpark && { plugins: [tip(axis)] }),
  };
}

/** Room for the first and the last bar. */
const besides = (xs: readonly number[], step: number) => (): [number, number] => [
  (xs[0] ?? 0) - step * 0.7,
  (xs[xs.length - 1] ?? 0) + step * 0.7,
];

const fromZero = (_: uPlot, min: number, max: number): [number, number] => [Math.min(0, min), max > 0 ? max * 1.08 : 1];

function axisOf(which: 'x' | 'y', axis: PlotProps['axis']): uPlot.Axis {
  const isX = which === 'x';
  return {
    stroke: colour('muted'),
    font: '12px system-ui, sans-serif',
    grid: { show: !isX, stroke: colour('line'), width: 1 },
    ticks: { show: false },
    gap: 6,
    size: isX ? 30 : 52,
    ...(isX && axis === 'time' ? TIMES : { values: (_: uPlot, ticks: number[]) => ticks.map(amount) }),
  };
}

const TIMES: uPlot.Axis = {
  space: 90,
  incrs: (plot) => mayBeApart([...(plot.data[0] ?? [])]),
  values: (_plot, ticks, _axis, _space, apart) => tickTexts(ticks, apart),
};

function seriesOf({ label, colour: name, bars, fill }: Line): uPlot.Series {
  const stroke = colour(name);
  const { bars: barPaths } = uPlot.paths;
  return {
    label,
    stroke,
    width: bars ? 0 : 1.75,
    points: { show: false },
    ...((bars || fill) && { fill: bars ? stroke : colour(`${name}-soft`) }),
    ...(bars && barPaths && { paths: barPaths({ size: [0.8, 48], radius: 0.12 }) }),
  };
}

/** The values under the pointer, as text. */
function tip(axis: PlotProps['axis']): uPlot.Plugin {
  const box = document.createElement('div');
  box.className = 'tip';
  box.hidden = true;
  const show = (plot: uPlot): void => {
    const { idx, left = 0 } = plot.cursor;
    const x = idx === null || idx === undefined ? undefined : plot.data[0][idx];
    box.hidden = x === undefined || left < 0;
    if (x === undefined || idx === null || idx === undefined) return;
    const head = axis === 'time' ? new Date(x * 1_000).toISOString().slice(0, 16).replace('T', ' ') : amount(x);
    const values = plot.series
      .slice(1)
      .map(({ label }, i) => `${String(label)} ${amount(plot.data[i + 1]?.[idx] ?? null)}`);
    box.textContent = `${head}\n${values.join('\n')}`;
    const isRight = left > plot.over.clientWidth / 2;
    box.style.left = isRight ? '' : `${left + 12}px`;
    box.style.right = isRight ? `${plot.over.clientWidth - left + 12}px` : '';
  };
  return { hooks: { init: (plot: uPlot) => plot.over.append(box), setCursor: show } };
}
