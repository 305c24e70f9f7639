import { useState } from 'preact/hooks';
import type { About, StatisticAbout, StatisticTold } from '../wire.ts';
import { Announced } from './announced.tsx';
import { get } from './api.ts';
import { count, moment, words } from './format.ts';
import { GroupPage } from './group.tsx';
import { GroupTable, linkTo, nameOf, type Sorting } from './groupTable.tsx';
import { BarList, Card, currentIf, Empty, Trouble, useAsked } from './parts.tsx';
import { OverTime, ShownMeasure } from './shown.tsx';

const EVERY_MS = 3_000;

/** `stack`, or `stack/{"stackId":"…"}`. */
export function StatisticsPage({ about, path }: { about: About; path: string }) {
  const cut = path.indexOf('/');
  const name = cut < 0 ? path : path.slice(0, cut);
  const statistic = about.statistics.find((one) => one.name === name) ?? about.statistics[0];
  const { answer: counts } = useAsked(() => get<Record<string, number>>('/api/statistics'), [], EVERY_MS);
  if (!statistic) return <Empty title="This system declares no statistics" />;
  return (
    <>
      <div class="page-head">
        <h1>Statistics</h1>
        <p class="muted mono">{statistic.key}</p>
      </div>
      <Tabs about={about} current={statistic.name} counts={counts} />
      {cut < 0 ? (
        <Statistic key={statistic.name} statistic={statistic} />
      ) : (
        <GroupPage key={path} statistic={statistic} group={path.slice(cut + 1)} />
      )}
    </>
  );
}

function Tabs(props: { about: About; current: string; counts: Record<string, number> | undefined }) {
  return (
    <nav class="tabs" aria-label="Statistics">
      {props.about.statistics.map(({ name }) => (
        <a key={name} href={`#/statistics/${name}`} {...currentIf(name === props.current)}>
          {words(name)} <span class="muted">{props.counts?.[name] === undefined ? '' : count(props.counts[name])}</span>
        </a>
      ))}
    </nav>
  );
}

function Statistic({ statistic }: { statistic: StatisticAbout }) {
  const [text, setText] = useState('');
  const [sorting, setSorting] = useState<Sorting | undefined>(undefined);
  const query = { name: statistic.name, text, ...sorting };
  const { answer: told, problem } = useAsked(
    async (signal) => ({ ...(await get<StatisticTold>('/api/statistic', query, signal)), text }),
    [statistic.name, text, sorting],
    EVERY_MS,
  );
  if (problem && !told) return <Trouble problem={problem} />;
  if (!told) return <Empty title="Reading the table …" />;
  if (told.groups === 0)
    return (
      <Empty title={`'${statistic.name}' has no groups yet`}>
        Its groups come with the first items that feed it, under <code>{statistic.key}</code>.
      </Empty>
    );
  return (
    <>
      {problem && <Trouble problem={problem} />}
      {told.series && <OverTime series={told.series} title="Over time" />}
      <div class="tiles">
        <Ranking statistic={statistic} told={told} />
        {Object.entries(told.total)
          .filter(([, { kind }]) => kind === 'distribution' || kind === 'labels')
          .map(([name, shown]) => (
            <ShownMeasure key={name} name={name} shown={shown} aside="all groups" />
          ))}
      </div>
      <Rows statistic={statistic} told={told} text={text} onText={setText} onSort={setSorting} />
    </>
  );
}

const RANKED = 10;

/** The groups with most of what the table is sorted by. */
function Ranking({ statistic, told }: { statistic: StatisticAbout; told: StatisticTold }) {
  const index = told.columns.findIndex(({ name }) => name === told.sort);
  if (statistic.group.length === 0 || told.series || index < 0 || !told.columns[index]?.numeric || !told.descending)
    return null;
  const bars = told.rows
    .slice(0, RANKED)
    .map(({ group, cells }) => [nameOf(group), Number(cells[index] ?? 0)] as const);
  const pick = (label: string): void => {
    const row = told.rows.find(({ group }) => nameOf(group) === label);
    if (row) location.hash = linkTo(statistic.name, row.group);
  };
  return (
    <Card title={`Most ${words(told.sort)}`} aside={`${Math.min(RANKED, told.rows.length)} of ${count(told.groups)}`}>
      <BarList bars={bars} onPick={pick} />
    </Card>
  );
}

interface RowsProps {
  readonly statistic: StatisticAbout;
  /** With the text that it was narrowed by. */
  readonly told: StatisticTold & { readonly text: string };
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly onSort: (sorting: Sorting) => void;
}

function Rows({ statistic, told, text, onText, onSort }: RowsProps) {
  return (
    <Card title="Groups" aside={`read ${moment(told.readAt).slice(11)} UTC`}>
      <div class="tools">
        <input
          type="search"
          value={text}
          placeholder="Filter by name or text"
          aria-label={`Filter groups of ${statistic.name}`}
          onInput={(event) => onText(event.currentTarget.value)}
        />
        <p class="muted">{saidOf(told)}</p>
        <Announced text={saidOf(told)} about={[told.text]} />
      </div>
      <GroupTable statistic={statistic} told={told} onSort={onSort} />
    </Card>
  );
}

function saidOf({ rows, matching, kept, groups }: StatisticTold): string {
  const shown = rows.length < matching ? `${count(rows.length)} of ${count(matching)}` : count(matching);
  return kept < groups
    ? `${shown}, among the first ${count(kept)} of ${count(groups)}`
    : `${shown} of ${count(groups)}`;
}
