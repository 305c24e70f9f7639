import type { About, ArchiveCell, ArchiveState, ArchiveTold } from '../wire.ts';
import { get } from './api.ts';
import { bytes, count, moment, plural } from './format.ts';
import { BarList, Card, Empty, Scroll, ToTry, Trouble, useAsked } from './parts.tsx';
import { Plot } from './plot.tsx';

const EVERY_MS = 6_000;

const CLASSES: Readonly<Record<string, string>> = {
  STANDARD: 'Standard',
  GLACIER_IR: 'Glacier Instant Retrieval',
  GLACIER: 'Glacier Flexible Retrieval',
  DEEP_ARCHIVE: 'Glacier Deep Archive',
};

export function ArchivePage({ about }: { about: About }) {
  const { answer: told, problem } = useAsked((signal) => get<ArchiveTold>('/api/archive', {}, signal), [], EVERY_MS);
  return (
    <>
      <div class="page-head">
        <h1>Archive</h1>
        <p class="muted">{about.bucket}</p>
      </div>
      {problem && <Trouble problem={problem} />}
      {!told && !problem && <Empty title="Listing the archive …" />}
      {told && told.cells.length === 0 && (
        <Empty title="Nothing is archived yet">
          Every change is written here, proven, before anything leaves the table. <ToTry about={about} />
        </Empty>
      )}
      {told && told.cells.length > 0 && <Archived told={told} />}
    </>
  );
}

function Archived({ told }: { told: ArchiveTold }) {
  return (
    <>
      <Totals told={told} />
      <div class="tiles">
        <Card title="By dataset" aside="objects">
          <BarList bars={summed(told.cells, ({ dataset }) => dataset)} />
        </Card>
        <Days cells={told.cells} />
      </div>
      <Cells told={told} />
    </>
  );
}

const sumOf = (cells: readonly ArchiveCell[], of: 'objects' | 'bytes'): number =>
  cells.reduce((sum, cell) => sum + cell[of], 0);

function summed(cells: readonly ArchiveCell[], by: (cell: ArchiveCell) => string): [string, number][] {
  const sums = new Map<string, number>();
  for (const cell of cells) sums.set(by(cell), (sums.get(by(cell)) ?? 0) + cell.objects);
  return [...sums].sort(([, a], [, b]) => b - a);
}

function Totals({ told: { cells } }: { told: ArchiveTold }) {
  const state = (name: ArchiveState): number => cells.reduce((sum, { states }) => sum + states[name], 0);
  const facts = [
    ['objects', count(sumOf(cells, 'objects'))],
    ['size', bytes(sumOf(cells, 'bytes'))],
    ['readable at once', count(state('readable'))],
    ['restoring', count(state('restoring'))],
    ['cold', count(state('cold') + state('unknown'))],
  ];
  return (
    <dl class="numbers">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Days of stream time, as the journal lies. */
function Days({ cells }: { cells: readonly ArchiveCell[] }) {
  const days = new Map<string, number>();
  for (const { day, bytes: size } of cells) if (day !== null) days.set(day, (days.get(day) ?? 0) + size);
  const sorted = [...days].sort(([a], [b]) => (a < b ? -1 : 1));
  if (sorted.length === 0) return null;
  return (
    <Card title="By day" aside="kilobytes">
      <Plot
        about={`Bytes archived on ${plural(sorted.length, 'day')}`}
        axis="time"
        height={180}
        step={86_400}
        xs={sorted.map(([day]) => Date.parse(day) / 1_000)}
        lines={[{ label: 'KB', colour: 'rose', values: sorted.map(([, size]) => size / 1_000), bars: true }]}
      />
    </Card>
  );
}

function Cells({ told }: { told: ArchiveTold }) {
  return (
    <Card title="By day and class" aside={`listed ${moment(told.readAt).slice(11)} UTC`}>
      <Scroll about="By day and class, scrollable">
        <table>
          <thead>
            <tr>
              <th scope="col">Day</th>
              <th scope="col">Dataset</th>
              <th scope="col">Storage class</th>
              <th scope="col">State</th>
              <th scope="col" class="number">
                Objects
              </th>
              <th scope="col" class="number">
                Size
              </th>
            </tr>
          </thead>
          <tbody>
            {told.cells.map((cell) => (
              <Cell key={`${cell.day} ${cell.dataset} ${cell.storageClass}`} cell={cell} />
            ))}
          </tbody>
        </table>
      </Scroll>
      <p class="after muted">
        What is cold can be read hours after somebody asks for it. What that costs:{' '}
        <code>afterwrite archive restore --dataset segments --dry-run</code>
      </p>
    </Card>
  );
}

function Cell({ cell: { day, dataset, storageClass, objects, bytes: size, states } }: { cell: ArchiveCell }) {
  return (
    <tr>
      <td class="mono">{day ?? 'no day'}</td>
      <td>{dataset}</td>
      <td>{CLASSES[storageClass] ?? storageClass}</td>
      <td>
        {Object.entries(states)
          .filter(([, n]) => n > 0)
          .map(([state, n]) => (
            <span key={state} class={`state state-${state}`}>
              {n === objects ? state : `${state} ${count(n)}`}
            </span>
          ))}
      </td>
      <td class="number">{count(objects)}</td>
      <td class="number">{bytes(size)}</td>
    </tr>
  );
}
