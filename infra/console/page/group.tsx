import type { GroupTold, StatisticAbout } from '../wire.ts';
import { get } from './api.ts';
import { amount, words } from './format.ts';
import { Card, Empty, Trouble, useAsked } from './parts.tsx';
import { OverTime, ShownMeasure } from './shown.tsx';

const EVERY_MS = 4_000;

/** One group: all that it holds, and how it came to it. */
export function GroupPage({ statistic, group }: { statistic: StatisticAbout; group: string }) {
  const { answer: told, problem } = useAsked(
    (signal) => get<GroupTold>('/api/group', { name: statistic.name, group }, signal),
    [statistic.name, group],
    EVERY_MS,
  );
  return (
    <>
      <p class="crumb">
        <a href={`#/statistics/${statistic.name}`}>← All groups of {words(statistic.name)}</a>
      </p>
      {problem && <Trouble problem={problem} />}
      {!told && !problem && <Empty title="Reading …" />}
      {told && <Group told={told} />}
    </>
  );
}

function Group({ told }: { told: GroupTold }) {
  const measures = Object.entries(told.measures);
  const numbers = measures.flatMap(([name, shown]) => (shown.kind === 'number' ? [[name, shown.value] as const] : []));
  return (
    <>
      <h2 class="group-name">{Object.values(told.group).join(' · ')}</h2>
      {numbers.length > 0 && (
        <dl class="numbers">
          {numbers.map(([name, value]) => (
            <div key={name}>
              <dt>{words(name)}</dt>
              <dd>{amount(value)}</dd>
            </div>
          ))}
        </dl>
      )}
      {told.over && <OverTime series={told.over.series} title={`Over time, by ${words(told.over.statistic)}`} />}
      <div class="tiles">
        {measures
          .filter(([, { kind }]) => kind === 'distribution' || kind === 'labels')
          .map(([name, shown]) => (
            <ShownMeasure key={name} name={name} shown={shown} />
          ))}
      </div>
      <Texts measures={measures} />
    </>
  );
}

function Texts({ measures }: { measures: readonly (readonly [string, GroupTold['measures'][string]])[] }) {
  const texts = measures.flatMap(([name, shown]) => (shown.kind === 'text' ? [[name, shown.text] as const] : []));
  if (texts.length === 0) return null;
  return (
    <Card title="Also known">
      <dl class="texts">
        {texts.map(([name, text]) => (
          <div key={name}>
            <dt>{words(name)}</dt>
            <dd>{text === '' || text === 'null' ? '–' : text}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
