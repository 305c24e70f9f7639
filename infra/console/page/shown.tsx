import { useState } from 'preact/hooks';
import type { Series, Shown } from '../wire.ts';
import { amount, count, words } from './format.ts';
import { BarList, Card, Empty } from './parts.tsx';
import { type Line, Plot } from './plot.tsx';

const TONES = ['blue', 'amber', 'rose', 'teal', 'violet'];

/** A measure as what it is: a number, a distribution, counts by label, or a text. */
export function ShownMeasure({ name, shown, aside }: { name: string; shown: Shown; aside?: string }) {
  switch (shown.kind) {
    case 'distribution':
      return <Distribution name={name} shown={shown} aside={aside} />;
    case 'labels':
      return (
        <Card title={words(name)} aside={aside}>
          {shown.labels.some(([, n]) => n !== 0) ? <BarList bars={shown.labels} /> : <Empty title="None so far" />}
        </Card>
      );
    case 'number':
      return (
        <Card title={words(name)} aside={aside}>
          <p class="big">{amount(shown.value)}</p>
        </Card>
      );
    case 'text':
      return (
        <Card title={words(name)} aside={aside}>
          <p class="text">{shown.text === '' || shown.text === 'null' ? '–' : shown.text}</p>
        </Card>
      );
  }
}

type Distributed = Extract<Shown, { kind: 'distribution' }>;

function Distribution({ name, shown, aside }: { name: string; shown: Distributed; aside: string | undefined }) {
  const { buckets, step, mean, count: n } = shown;
  const said = `${count(n)} values${mean === null ? '' : `, mean ${amount(mean)}`}`;
  if (n === 0)
    return (
      <Card title={words(name)} aside={aside}>
        <Empty title="No values yet" />
      </Card>
    );
  return (
    <Card title={words(name)} aside={aside === undefined ? said : `${aside}: ${said}`}>
      <Plot
        about={`Histogram of ${words(name)}: ${said}`}
        axis="number"
        height={180}
        step={step}
        xs={buckets.map(([edge]) => edge)}
        lines={[
          {
            label: step > 1 ? `from, ${step} wide:` : 'values',
            colour: 'blue',
            values: buckets.map(([, m]) => m),
            bars: true,
          },
        ]}
      />
    </Card>
  );
}

const MOST_LINES = TONES.length;

/** One measure of a series at a time, chosen by name. */
export function OverTime({ series, title }: { series: Series; title: string }) {
  const names = Object.keys(series.measures).filter((name) =>
    series.measures[name]?.some(({ kind }) => kind !== 'text'),
  );
  const preferred = names.find((name) => series.measures[name]?.[0]?.kind === 'distribution') ?? names[0] ?? '';
  const [chosen, setChosen] = useState(preferred);
  const name = names.includes(chosen) ? chosen : preferred;
  const lines = linesOf(name, series.measures[name] ?? []);
  const select = (
    <select aria-label="Measure" value={name} onChange={(event) => setChosen(event.currentTarget.value)}>
      {names.map((one) => (
        <option key={one} value={one}>
          {words(one)}
        </option>
      ))}
    </select>
  );
  return (
    <Card title={title} aside={select}>
      <Plot
        about={`${words(name)} from ${series.times[0]} to ${series.times[series.times.length - 1]}`}
        axis="time"
        height={240}
        xs={series.times.map(secondsOf)}
        lines={lines}
      />
      <ul class="legend">
        {lines.map(({ label, colour }) => (
          <li key={label} class={`tone-${colour}`}>
            {label}
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** `2026-01`, `2026-01-31` or `2026-01-31T09`. */
const secondsOf = (time: string): number => Date.parse(time.length === 13 ? `${time}:00Z` : time) / 1_000;

function linesOf(name: string, values: readonly Shown[]): Line[] {
  const [first] = values;
  if (first?.kind === 'labels') return labelLines(values);
  const isMean = first?.kind === 'distribution';
  const numbers = values.map((shown) =>
    shown.kind === 'distribution' ? shown.mean : shown.kind === 'number' ? shown.value : null,
  );
  return [{ label: isMean ? `mean ${words(name)}` : words(name), colour: 'blue', values: numbers, fill: !isMean }];
}

/** The most frequent labels, each a line. */
function labelLines(values: readonly Shown[]): Line[] {
  const totals = new Map<string, number>();
  const counts = values.map((shown) => new Map(shown.kind === 'labels' ? shown.labels : []));
  for (const one of counts) for (const [label, n] of one) totals.set(label, (totals.get(label) ?? 0) + n);
  const labels = [...totals].filter(([, n]) => n > 0).sort(([, a], [, b]) => b - a);
  return labels.slice(0, MOST_LINES).map(([label], i) => ({
    label,
    colour: TONES[i] ?? 'blue',
    values: counts.map((one) => one.get(label) ?? 0),
  }));
}
