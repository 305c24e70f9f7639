import { useState } from 'preact/hooks';
import type { Series, Shown } from '../wire.ts';
import { amount, count, words } from './format.ts';
import { linesOf, secondsOf } from './lines.ts';
import { BarList, Card, Empty } from './parts.tsx';
import { Plot } from './plot.tsx';

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
