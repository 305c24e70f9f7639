import { useState } from 'preact/hooks';
import type { About, Problem, ReplayRow } from '../wire.ts';
import { Announced } from './announced.tsx';
import { mayChange, post, problemOf } from './api.ts';
import { count, moment } from './format.ts';
import { useLive } from './live.ts';
import { Card, Empty, Trouble } from './parts.tsx';
import { ReplayForm } from './replayForm.tsx';

export function ReplayPage({ about }: { about: About }) {
  const replays = useLive((live) => live.replays);
  const [newest] = replays;
  return (
    <>
      <div class="page-head">
        <h1>Replay</h1>
        <p class="muted">to {about.replayBus}: only rules on that bus see it</p>
      </div>
      <ReplayForm about={about} />
      <Announced text={newest ? `Replay ${newest.id}: ${newest.state}` : ''} about={[newest?.id, newest?.state]} />
      <Card title="Replays" aside="the newest first">
        {replays.length === 0 ? (
          <Empty title="Nothing was replayed yet">Ask what one would come to first: a dry run sends nothing.</Empty>
        ) : (
          <ul class="replays">
            {replays.map((replay) => (
              <Replay key={replay.id} replay={replay} />
            ))}
          </ul>
        )}
      </Card>
    </>
  );
}

function Replay({ replay }: { replay: ReplayRow }) {
  const { id, state, target, sent, total, startedAt, reason } = replay;
  const of = total === null ? '' : ` of ${count(total)}`;
  return (
    <li>
      <div class="replay-head">
        <span class={`state state-${state}`}>{state}</span>
        <span class="mono">{id}</span>
        <span class="muted">
          to {target}, {moment(startedAt)} UTC
        </span>
        <Actions replay={replay} />
      </div>
      <div class="progress-line">
        <progress
          value={state === 'done' ? 1 : total === null || total === 0 ? 0 : sent / total}
          max={1}
          aria-label={`Progress of ${id}`}
        />
        <span class="number">
          {count(sent)}
          {of}
        </span>
      </div>
      <p class="muted">{selectionText(replay)}</p>
      {reason !== null && <p class="warn">{reason}</p>}
    </li>
  );
}

function selectionText({ selection, rate }: ReplayRow): string {
  const parts = Object.entries(selection).map(
    ([name, value]) => `${name} ${Array.isArray(value) ? value.join(', ') : value}`,
  );
  return [...(parts.length > 0 ? parts : ['all events']), ...(rate === null ? [] : [`${count(rate)} a second`])].join(
    ' · ',
  );
}

function Actions({ replay: { id, state } }: { replay: ReplayRow }) {
  const [problem, setProblem] = useState<Problem | null>(null);
  if (!mayChange() || state === 'done' || state === 'cancelled') return null;
  const act = (what: 'cancel' | 'resume') => async (): Promise<void> => {
    setProblem(null);
    await post(`/api/replays/${what}`, { id }).catch((error: unknown) => setProblem(problemOf(error)));
  };
  return (
    <span class="actions">
      {state === 'stopped' && (
        <button type="button" onClick={act('resume')}>
          Resume
        </button>
      )}
      <button type="button" onClick={act('cancel')}>
        Cancel
      </button>
      {problem && <Trouble problem={problem} />}
    </span>
  );
}
