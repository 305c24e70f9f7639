import { useEffect, useRef, useState } from 'preact/hooks';
import type { About, Problem } from '../wire.ts';
import { Announced } from './announced.tsx';
import { get, problemOf } from './api.ts';
import { Envelope } from './envelope.tsx';
import { EventList } from './eventList.tsx';
import { type Found, filtered, saidOf } from './eventRows.ts';
import { useLive } from './live.ts';
import { Empty, ToTry, Trouble } from './parts.tsx';
import { WorkButton } from './workButton.tsx';

const LIST = 'event-list';

export function EventsPage({ about }: { about: About }) {
  const events = useLive((live) => live.events);
  const [text, setText] = useState('');
  const [type, setType] = useState('');
  const [open, setOpen] = useState<string | null>(null);
  const [answer, setAnswer] = useState<Answer | null>(null);
  // One that comes late is of another question.
  const found = answer?.text === text && answer.type === type ? answer : null;
  const rows = found?.rows ?? filtered(events, text, type);
  const isAll = text === '' && type === '';
  const skipped = useLive((live) => live.skipped);
  const said = saidOf({ found, shown: rows.length, listed: events.length, isAll, skipped });
  const close = (): void => {
    // Back to where it was opened, and not to the page's beginning.
    if (document.activeElement?.closest('.envelope')) document.getElementById(LIST)?.focus();
    setOpen(null);
  };
  return (
    <>
      <div class="page-head">
        <h1>Events</h1>
        <p class="muted">{about.bus}</p>
      </div>
      <Tools
        about={about}
        text={text}
        type={type}
        found={found}
        onText={setText}
        onType={setType}
        onFound={setAnswer}
      />
      <p class="muted said">{said}</p>
      <Announced text={said} about={[text, type, found]} />
      <div class={`split ${open === null ? '' : 'is-open'}`}>
        {rows.length === 0 ? (
          <Nothing about={about} isAll={isAll} />
        ) : (
          <EventList id={LIST} rows={rows} open={open} onOpen={setOpen} />
        )}
        {open !== null && <Envelope id={open} onClose={close} />}
      </div>
    </>
  );
}

function Nothing({ about, isAll }: { about: About; isAll: boolean }) {
  return isAll ? (
    <Empty title="No event yet">
      The feed shows what the archive has taken, seconds after the bus. <ToTry about={about} />
    </Empty>
  ) : (
    <Empty title="None of the last events matches">Older ones may: search the whole archive.</Empty>
  );
}

/** What was found, and for what. */
interface Answer extends Found {
  readonly text: string;
  readonly type: string;
}

interface ToolsProps {
  readonly about: About;
  readonly text: string;
  readonly type: string;
  readonly found: Found | null;
  readonly onText: (text: string) => void;
  readonly onType: (type: string) => void;
  readonly onFound: (found: Answer | null) => void;
}

function Tools({ about, text, type, found, onText, onType, onFound }: ToolsProps) {
  return (
    <div class="tools">
      <input
        type="search"
        value={text}
        placeholder="Search type, subject, id or data"
        aria-label="Search events"
        onInput={(event) => {
          onText(event.currentTarget.value);
          onFound(null);
        }}
      />
      <select
        aria-label="Type"
        value={type}
        onChange={(event) => {
          onType(event.currentTarget.value);
          onFound(null);
        }}
      >
        <option value="">All types</option>
        {about.events.map((one) => (
          <option key={one.type}>{one.type}</option>
        ))}
      </select>
      <ArchiveSearch text={text} type={type} found={found} onFound={onFound} />
    </div>
  );
}

function ArchiveSearch({ text, type, found, onFound }: Pick<ToolsProps, 'text' | 'type' | 'found' | 'onFound'>) {
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const asked = useRef<AbortController | null>(null);
  // Nobody waits for it any more.
  useEffect(() => () => asked.current?.abort(), [text, type]);
  const search = async (): Promise<void> => {
    const gone = new AbortController();
    asked.current = gone;
    setBusy(true);
    setProblem(null);
    try {
      const told = await get<Found>('/api/search', { text, ...(type !== '' && { type }) }, gone.signal);
      onFound({ ...told, text, type });
    } catch (error) {
      if (!gone.signal.aborted) setProblem(problemOf(error));
    }
    setBusy(false);
  };
  const isNothing = text === '' && type === '';
  return (
    <>
      {found ? (
        <WorkButton isOff={false} onPress={() => onFound(null)}>
          Back to live
        </WorkButton>
      ) : (
        <WorkButton isOff={isBusy || isNothing} onPress={search}>
          {isBusy ? 'Searching …' : 'Search the whole archive'}
        </WorkButton>
      )}
      {problem && <Trouble problem={problem} />}
    </>
  );
}
