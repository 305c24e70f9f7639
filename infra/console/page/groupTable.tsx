import type { StatisticAbout, StatisticTold } from '../wire.ts';
import { words } from './format.ts';
import { Scroll, SortHeading } from './parts.tsx';

export interface Sorting {
  readonly sort: string;
  readonly order: 'ascending' | 'descending';
}

export const nameOf = (group: Readonly<Record<string, string>>): string => Object.values(group).join(' · ');

export const linkTo = (name: string, group: Readonly<Record<string, string>>): string =>
  `#/statistics/${name}/${encodeURIComponent(JSON.stringify(group))}`;

interface GroupTableProps {
  readonly statistic: StatisticAbout;
  readonly told: StatisticTold;
  readonly onSort: (sorting: Sorting) => void;
}

/** Groups, one a row, under headings that sort. */
export function GroupTable({ statistic, told, onSort }: GroupTableProps) {
  const heading = (title: string, numeric: boolean) => {
    const isSorted = told.sort === title;
    const order = isSorted ? (told.descending ? 'ascending' : 'descending') : numeric ? 'descending' : 'ascending';
    const sorted = isSorted ? (told.descending ? 'descending' : 'ascending') : 'none';
    return (
      <SortHeading
        key={title}
        title={words(title)}
        numeric={numeric}
        sorted={sorted}
        onSort={() => onSort({ sort: title, order })}
      />
    );
  };
  return (
    <Scroll about="Groups, scrollable">
      <table>
        <thead>
          <tr>
            {statistic.group.map((name) => heading(name, false))}
            {told.columns.map(({ name, numeric }) => heading(name, numeric))}
          </tr>
        </thead>
        <tbody>
          {told.rows.map((row) => (
            <GroupRow key={nameOf(row.group)} statistic={statistic} told={told} row={row} />
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function GroupRow({
  statistic,
  told,
  row,
}: {
  statistic: StatisticAbout;
  told: StatisticTold;
  row: StatisticTold['rows'][number];
}) {
  return (
    <tr>
      {statistic.group.map((name, i) => (
        <td key={name} class="name">
          {i === 0 ? <a href={linkTo(statistic.name, row.group)}>{row.group[name]}</a> : row.group[name]}
        </td>
      ))}
      {row.cells.map((cell, i) => (
        <Value key={told.columns[i]?.name} cell={cell} numeric={told.columns[i]?.numeric === true} />
      ))}
    </tr>
  );
}

function Value({ cell, numeric }: { cell: string | number | null; numeric: boolean }) {
  if (cell === null) return <td class={numeric ? 'number muted' : 'muted'}>–</td>;
  if (!numeric)
    return (
      <td class="cut" title={String(cell)}>
        {String(cell)}
      </td>
    );
  return <td class="number">{Number(cell).toLocaleString('en-US', { maximumFractionDigits: 2 })}</td>;
}
