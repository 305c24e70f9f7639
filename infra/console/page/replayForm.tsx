import { useState } from 'preact/hooks';
import type { About, Forecast, Problem } from '../wire.ts';
import { get, mayChange, post, problemOf } from './api.ts';
import { bytes, dollars, duration, plural } from './format.ts';
import { BarList, Card, Trouble } from './parts.tsx';
import { ALL, type Asked, bodyOf, rulesText } from './replayAsked.ts';
import { WorkButton } from './workButton.tsx';

export function ReplayForm({ about }: { about: About }) {
  const [asked, setAsked] = useState(ALL);
  const [told, setTold] = useState<{ of: Asked; forecast: Forecast } | null>(null);
  // What is asked may have changed while it was counted.
  const forecast = told?.of === asked ? told.forecast : null;
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState<'looking' | 'starting' | null>(null);
  const during = async (what: 'looking' | 'starting', work: () => Promise<void>): Promise<void> => {
    setBusy(what);
    setProblem(null);
    await work().catch((error: unknown) => setProblem(problemOf(error)));
    setBusy(null);
  };
  const look = () =>
    during('looking', async () => {
      const replay = JSON.stringify(bodyOf(asked));
      setTold({ of: asked, forecast: await get<Forecast>('/api/forecast', { replay }) });
    });
  const start = () =>
    during('starting', async () => {
      await post('/api/replays', bodyOf(asked));
      setTold(null);
    });
  const change = (part: Partial<Asked>): void => setAsked({ ...asked, ...part });
  return (
    <Card title="Let history run again">
      <Fields about={about} asked={asked} onChange={change} />
      <div class="tools">
        <WorkButton isOff={busy !== null} onPress={look}>
          {busy === 'looking' ? 'Reading …' : 'Dry run'}
        </WorkButton>
        {mayChange() ? (
          <WorkButton primary isOff={busy !== null || forecast === null} onPress={start}>
            {busy === 'starting' ? 'Starting …' : `Replay${forecast ? ` ${plural(forecast.events, 'event')}` : ''}`}
          </WorkButton>
        ) : (
          <p class="muted">To start one, open the address that the command printed: it has a token.</p>
        )}
        {forecast === null && mayChange() && <p class="muted">A dry run comes first: it sends nothing.</p>}
      </div>
      {problem && <Trouble problem={problem} />}
      <div role="status">{forecast && <Told forecast={forecast} />}</div>
    </Card>
  );
}

function Fields({ about, asked, onChange }: { about: About; asked: Asked; onChange: (part: Partial<Asked>) => void }) {
  const text = (name: keyof Asked, title: string, hint: string) => (
    <label>
      {title}
      <input
        type="text"
        value={asked[name]}
        placeholder={hint}
        onInput={(event) => onChange({ [name]: event.currentTarget.value })}
      />
    </label>
  );
  return (
    <div class="fields">
      {text('from', 'From (UTC)', '2026-01-31')}
      {text('to', 'Until (UTC)', '2026-02-01T09:00')}
      <label>
        Type
        <select value={asked.type} onChange={(event) => onChange({ type: event.currentTarget.value })}>
          <option value="">All types</option>
          {about.events.map(({ type }) => (
            <option key={type}>{type}</option>
          ))}
        </select>
      </label>
      {text('key', 'Subject', 'of one item')}
      {text('rate', 'Events a second', 'as fast as it goes')}
    </div>
  );
}

const MOST_TYPES = 12;

function Told({
  forecast: { events, bytes: size, byType, dollars: cost, hours, rules, cold },
}: {
  forecast: Forecast;
}) {
  const types = Object.entries(byType).sort(([, a], [, b]) => b - a);
  return (
    <div class="forecast">
      <p>
        <strong>{plural(events, 'event')}</strong> of {bytes(size)} would be sent, for about {dollars(cost.sending)}
        {hours.sending !== null && `, in ${duration(hours.sending * 3_600)}`}. Nothing was.
      </p>
      {cold.objects > 0 && (
        <p class="warn">
          {plural(cold.objects, 'object')} of {bytes(cold.bytes)} are cold and not counted: restoring them costs about{' '}
          {dollars(cost.restoring)} and takes up to {duration(hours.restoring * 3_600)}. A replay waits for them.
        </p>
      )}
      <p>{rulesText(rules)}</p>
      {types.length > 0 && <BarList bars={types.slice(0, MOST_TYPES)} />}
    </div>
  );
}
