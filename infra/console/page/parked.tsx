import { useState } from 'preact/hooks';
import type { ParkedRow, ParkedTold, Problem, WorkedOffTold } from '../wire.ts';
import { get, mayChange, post, problemOf } from './api.ts';
import { moment, plural } from './format.ts';
import { Empty, Trouble, useAsked } from './parts.tsx';

const EVERY_MS = 3_000;

export function ParkedPage() {
  const { answer: told, problem } = useAsked((signal) => get<ParkedTold>('/api/parked', {}, signal), [], EVERY_MS);
  return (
    <>
      <div class="page-head">
        <h1>Parked</h1>
        <p class="muted">changes that could not be processed, and what of the same items waits behind them</p>
      </div>
      {problem && <Trouble problem={problem} />}
      {!told && !problem && <Empty title="Reading …" />}
      {told && told.rows.length === 0 && (
        <Empty title="Nothing is parked">
          A change that can never be processed waits here with its reason; all other items go on.
        </Empty>
      )}
      {told && told.rows.length > 0 && (
        <ul class="parked">
          {told.rows.map((row) => (
            <Item key={`${row.processor} ${row.key}`} row={row} />
          ))}
        </ul>
      )}
      {told?.more && <p class="muted">There are more: 'afterwrite parked ls' lists them all.</p>}
    </>
  );
}

function Item({ row }: { row: ParkedRow }) {
  const { processor, key, entity, changes, since, code, reason, held } = row;
  return (
    <li class="card">
      <div class="card-head">
        <h2 class="mono">{key}</h2>
        <span class="muted">
          {processor}
          {entity !== null && `, ${entity}`}
        </span>
      </div>
      <p>
        {code !== null && <span class="state state-stopped">{code}</span>} {reason}
      </p>
      <p class="muted">
        {plural(changes, 'change')} since {moment(since)} UTC{held && '; somebody works on it'}
      </p>
      {mayChange() ? (
        <Work row={row} />
      ) : (
        <p class="muted">To redrive it, open the address that the command printed.</p>
      )}
    </li>
  );
}

type How = 'redrive' | 'drop';

const SAID: Readonly<Record<string, string>> = {
  opened: 'nothing waits any more',
  open: 'nothing waited any more',
  poison: 'the rest waits on',
  stopped: 'stopped; the rest waits on',
  lost: 'somebody else took it over',
};

function Work({ row: { processor, key } }: { row: ParkedRow }) {
  const [isDropping, setDropping] = useState(false);
  const [busy, setBusy] = useState<How | null>(null);
  const [done, setDone] = useState<WorkedOffTold | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const work = async (how: How): Promise<void> => {
    setBusy(how);
    setProblem(null);
    setDropping(false);
    try {
      const worked = await post<WorkedOffTold>('/api/parked', { how, processor, key });
      setDone(worked);
      setProblem(worked.problem);
    } catch (error) {
      setProblem(problemOf(error));
    }
    setBusy(null);
  };
  return (
    <>
      <div class="tools">
        <button type="button" class="primary" disabled={busy !== null} onClick={() => work('redrive')}>
          {busy === 'redrive' ? 'Redriving …' : 'Redrive'}
        </button>
        {isDropping ? (
          <Sure onDrop={() => work('drop')} onKeep={() => setDropping(false)} />
        ) : (
          <button type="button" disabled={busy !== null} onClick={() => setDropping(true)}>
            Drop …
          </button>
        )}
        {done && (
          <p role="status">
            {plural(done.changes, 'change')} worked off, {SAID[done.ended] ?? done.ended}.
          </p>
        )}
      </div>
      {problem && <Trouble problem={problem} />}
    </>
  );
}

function Sure({ onDrop, onKeep }: { onDrop: () => void; onKeep: () => void }) {
  return (
    <>
      <p>Its events will never be published.</p>
      <button type="button" class="danger" onClick={onDrop}>
        Drop them
      </button>
      <button type="button" onClick={onKeep}>
        Keep them
      </button>
    </>
  );
}
