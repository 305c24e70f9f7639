import type { About, Flow, Health, Sample } from '../wire.ts';
import { count, duration, moment, plural, rate } from './format.ts';
import { lagOf, lossOf, mostBehind } from './lag.ts';
import { useLive } from './live.ts';
import { Card, Empty, ToTry } from './parts.tsx';
import { Plot } from './plot.tsx';
import { Shards } from './shards.tsx';

export function FlowPage({ about }: { about: About }) {
  const flow = useLive((live) => live.flow);
  const samples = useLive((live) => live.samples);
  const health = useLive((live) => live.health);
  return (
    <>
      <div class="page-head">
        <h1>Flow</h1>
        {health && <Time health={health} />}
      </div>
      {health?.notices.map(({ level, text, mend }) => (
        <div key={text} class={`notice ${level}`} role={level === 'bad' ? 'alert' : undefined}>
          <p>
            <strong>{text}</strong>
          </p>
          <p>{mend}.</p>
        </div>
      ))}
      <Stages about={about} flow={flow} samples={samples} health={health} />
      <div class="columns">
        <Latest about={about} />
        <Shards health={health} />
      </div>
    </>
  );
}

function Time({ health: { clock } }: { health: Health }) {
  return (
    <p class="muted">
      {moment(clock.now)} UTC{clock.fed && ', moved by feed: retention acts by it'}
    </p>
  );
}

interface StagesProps {
  readonly about: About;
  readonly flow: Flow | null;
  readonly samples: readonly Sample[];
  readonly health: Health | null;
}

/** The picture: table, stream, and what comes of it. */
function Stages({ about, flow, samples, health }: StagesProps) {
  const of = (name: 'user' | 'derived' | 'events' | 'lagSeconds') => samples.map((sample) => sample[name]);
  const xs = samples.map(({ at }) => at / 1_000);
  const spark = (name: Parameters<typeof of>[0], tone: string) => ({ xs, values: of(name), tone });
  const behind = (processor: string): string => lagOf(health, processor);
  const changes = flow ? flow.user + flow.derived : 0;
  return (
    <div class="flow">
      <Stage
        title="Table"
        value={flow && rate(flow.user)}
        unit="writes a second"
        note={about.table}
        {...spark('user', 'blue')}
      />
      <Stage
        title="Stream"
        value={health && duration(mostBehind(health))}
        unit="behind"
        note={lossOf(health)}
        {...spark('lagSeconds', 'amber')}
      />
      <div class="fan">
        <Stage
          title="Statistics"
          value={flow && rate(flow.derived)}
          unit="aggregates a second"
          note={`${plural(about.statistics.length, 'statistic')}, ${behind('statistics')}`}
          {...spark('derived', 'violet')}
        />
        <Stage
          title="Events"
          value={flow && rate(flow.events)}
          unit="events a second"
          note={`${about.bus}, ${behind('fanout')}`}
          {...spark('events', 'teal')}
        />
        <Stage
          title="Archive"
          value={flow && rate(changes)}
          unit="changes proven a second"
          note={`${count((flow?.totals.user ?? 0) + (flow?.totals.derived ?? 0))} in this hour and the last, ${behind('archive')}`}
          xs={xs}
          values={samples.map(({ user, derived }) => user + derived)}
          tone="rose"
        />
      </div>
    </div>
  );
}

interface StageProps {
  readonly title: string;
  readonly value: string | null;
  readonly unit: string;
  readonly note: string;
  readonly tone: string;
  readonly xs: readonly number[];
  readonly values: readonly (number | null)[];
}

function Stage({ title, value, unit, note, tone, xs, values }: StageProps) {
  return (
    <section class={`node tone-${tone}`} aria-label={title}>
      <h2>{title}</h2>
      <p class="figure">
        <span class="big">{value ?? '–'}</span> <span class="unit">{unit}</span>
      </p>
      <p class="muted note" title={note}>
        {note}
      </p>
      <Plot
        about={`${title}: the last three minutes`}
        axis="none"
        height={36}
        xs={xs}
        lines={[{ label: title, colour: tone, values, fill: true }]}
      />
    </section>
  );
}

function Latest({ about }: { about: About }) {
  const events = useLive((live) => live.events);
  return (
    <Card title="Latest events" aside={<a href="#/events">All events</a>}>
      {events.length === 0 ? (
        <Empty title="No event yet">
          They come as the table is written. <ToTry about={about} />
        </Empty>
      ) : (
        <ol class="latest">
          {events
            .slice(-8)
            .reverse()
            .map(({ id, type, subject, time }) => (
              <li key={id}>
                <span class="type">{type}</span>
                <span class="subject">{subject}</span>
                <time dateTime={time}>{moment(time)}</time>
              </li>
            ))}
        </ol>
      )}
    </Card>
  );
}
