import { useId, useState } from 'preact/hooks';
import type { ParkedRow, ParkedTold, Problem, WorkedOffTold } from '../wire.ts';
import { get, mayChange, post, problemOf } from './api.ts';
import { moment, plural } from './format.ts';
import { Empty, Trouble, useAsked } from './parts.tsx';
import { WorkButton } from './workButton.tsx';

const EVERY_MS = 3_000;

export function ParkedPage() {
  const { answer: told, problem } = useAsked((signal) => get<ParkedTold>('/api/parked', {}, signal), [], EVERY_MS);
  // Beside the items: one that was worked off goes.
  const [done, setDone] = useState('');
  return (
    <>
      <div class="page-head">
        <h1>Parked</h1>
        <p class="muted">changes that could not be processed, and what of the same items waits behind them</p>
      </div>
      <p role="status" class="said">
        {done}
      </p>
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
            <Item key={`${row.processor} ${row.key}`} row={row} onDone={setDone} />
          ))}
        </ul>
      )}
      {told?.more && <p class="muted">There are more: 'afterwrite parked ls' lists them all.</p>}
    </>
  );
}

interface ItemProps {
  readonly row: ParkedRow;
  /** Takes what became of it, in words. */
  readonly onDone: (said: string) => void;
}

function Item({ row, onDone }: ItemProps) {
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
        <Work row={row} onDone={onDone} />
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

function Work({ row: { processor, key }, onDone }: ItemProps) {
  const [busy, setBusy] = useState<How | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const work = async (how: How): Promise<void> => {
    setBusy(how);
    setProblem(null);
    try {
      const { ended, changes, problem: still } = await post<WorkedOffTold>('/api/parked', { how, processor, key });
      onDone(`${processor}, ${key}: ${plural(changes, 'change')} worked off, ${SAID[ended] ?? ended}.`);
      setProblem(still);
    } catch (error) {
      setProblem(problemOf(error));
    }
    setBusy(null);
  };
  return (
    <>
      <div class="tools">
        <WorkButton primary isOff={busy !== null} onPress={() => work('redrive')}>
          {busy === 'redrive' ? 'Redriving …' : 'Redrive'}
        </WorkButton>
        <Drop isOff={busy !== null} onDrop={() => work('drop')} />
      </div>
      {problem && <Trouble problem={problem} />}
    </>
  );
}

const focused = (button: HTMLButtonElement | null): void => button?.focus();

/** Asks once more; the focus goes along, to what changes nothing. */
function Drop({ isOff, onDrop }: { isOff: boolean; onDrop: () => void }) {
  const [asked, setAsked] = useState<'no' | 'yes' | 'was'>('no');
  const means = useId();
  const drop = (): void => {
    setAsked('was');
    onDrop();
  };
  if (asked === 'yes')
    return (
      <>
        <p id={means}>Its events will never be published.</p>
        <button type="button" class="danger" aria-describedby={means} onClick={drop}>
          Drop them
        </button>
        <button type="button" aria-describedby={means} ref={focused} onClick={() => setAsked('was')}>
          Keep them
        </button>
      </>
    );
  return (
    <button
      type="button"
      key="drop"
      aria-disabled={isOff}
      ref={asked === 'was' ? focused : null}
      onClick={() => !isOff && setAsked('yes')}
    >
      Drop …
    </button>
  );
}
