import { useState } from 'preact/hooks';
import type { About, EventRow, Problem } from '../wire.ts';
import { get, problemOf } from './api.ts';
import { Envelope } from './envelope.tsx';
import { EventList } from './eventList.tsx';
import { count, plural } from './format.ts';
import { useLive } from './live.ts';
import { Empty, ToTry, Trouble } from './parts.tsx';

interface Found {
  readonly rows: readonly EventRow[];
  readonly matching: number;
}

export function EventsPage({ about }: { about: About }) {
  const events = useLive((live) => live.events);
  const [text, setText] = useState('');
  const [type, setType] = useState('');
  const [open, setOpen] = useState<string | null>(null);
  const [found, setFound] = useState<Found | null>(null);
  const rows = found?.rows ?? filtered(events, text, type);
  return (
    <>
      <div class="page-head">
        <h1>Events</h1>
        <p class="muted">{about.bus}</p>
      </div>
      <Tools about={about} text={text} type={type} found={found} onText={setText} onType={setType} onFound={setFound} />
      <Said found={found} shown={rows.length} listed={events.length} isAll={text === '' && type === ''} />
      <div class={`split ${open === null ? '' : 'is-open'}`}>
        {rows.length === 0 ? (
          <Nothing about={about} isAll={text === '' && type === ''} />
        ) : (
          <EventList rows={rows} open={open} onOpen={setOpen} />
        )}
        {open !== null && <Envelope id={open} onClose={() => setOpen(null)} />}
      </div>
    </>
  );
}

/** The newest first. */
function filtered(events: readonly EventRow[], text: string, type: string): EventRow[] {
  const wanted = text.toLowerCase();
  const isWanted = (row: EventRow): boolean =>
    (type === '' || row.type === type) &&
    (wanted === '' || `${row.type} ${row.subject} ${row.id} ${row.preview}`.toLowerCase().includes(wanted));
  return (text === '' && type === '' ? [...events] : events.filter(isWanted)).reverse();
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

function Said({ found, shown, listed, isAll }: { found: Found | null; shown: number; listed: number; isAll: boolean }) {
  const skipped = useLive((live) => live.skipped);
  const earlier = skipped > 0 ? `, ${count(skipped)} earlier ones are in the archive` : '';
  const text = found
    ? `${plural(found.matching, 'event')} of the archive match${found.matching === 1 ? 'es' : ''}${found.matching > shown ? `, the newest ${count(shown)} are listed` : ''}`
    : isAll
      ? `The last ${plural(listed, 'event')}${earlier}`
      : `${count(shown)} of the last ${plural(listed, 'event')}`;
  return <p class="muted said">{text}</p>;
}

interface ToolsProps {
  readonly about: About;
  readonly text: string;
  readonly type: string;
  readonly found: Found | null;
  readonly onText: (text: string) => void;
  readonly onType: (type: string) => void;
  readonly onFound: (found: Found | null) => void;
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
  const search = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      onFound(await get<Found>('/api/search', { text, ...(type !== '' && { type }) }));
    } catch (error) {
      setProblem(problemOf(error));
    }
    setBusy(false);
  };
  return (
    <>
      {found ? (
        <button type="button" onClick={() => onFound(null)}>
          Back to live
        </button>
      ) : (
        <button type="button" disabled={isBusy || (text === '' && type === '')} onClick={search}>
          {isBusy ? 'Searching …' : 'Search the whole archive'}
        </button>
      )}
      {problem && <Trouble problem={problem} />}
    </>
  );
}
