import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { EventRow } from '../wire.ts';
import { newSince } from './eventRows.ts';
import { moment, plural } from './format.ts';
import { windowOf } from './window.ts';

/** Pixels; the stylesheet says the same. */
const ROW = 52;
const BESIDES = 6;

interface ListProps {
  readonly id: string;
  readonly rows: readonly EventRow[];
  readonly open: string | null;
  readonly onOpen: (id: string | null) => void;
}

/**
 * However many events there are, only those in sight are in the page. Who has scrolled down keeps what is read: new ones wait
 * above, and are told.
 */
export function EventList({ id: own, rows: latest, open, onOpen }: ListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const { rows, waiting, top, height, scrolled } = useSight(scroller, latest);
  const [active, setActive] = useState<string | null>(null);
  const move = (to: number): void => {
    const at = Math.max(0, Math.min(rows.length - 1, to));
    const row = rows[at];
    if (!row) return;
    bringIntoSight(scroller.current, at);
    setActive(row.id);
    if (open !== null) onOpen(row.id);
  };
  const at = rows.findIndex(({ id }) => id === active);
  const sight = windowOf({ rows: rows.length, row: ROW, top, height, besides: BESIDES });
  // Only what is in the page can be named as active.
  const isDrawn = at >= sight.first && at < sight.last;
  const pick = (id: string): void => {
    setActive(id);
    onOpen(id);
  };
  return (
    <div class="feed">
      {waiting > 0 && (
        <button type="button" class="fresh" onClick={() => scroller.current?.scrollTo({ top: 0 })}>
          {plural(waiting, 'new event')}
        </button>
      )}
      <div
        id={own}
        class="rows"
        ref={scroller}
        role="listbox"
        aria-label="Events, the newest first"
        aria-activedescendant={isDrawn ? `event-${active}` : undefined}
        tabIndex={0}
        onScroll={scrolled}
        onKeyDown={keysFor({ at, rows, move, onOpen, page: Math.floor(height / ROW) })}
      >
        <Window rows={rows} {...sight} active={active} open={open} onPick={pick} />
      </div>
    </div>
  );
}

/** What can be seen, and of which rows: those that were there when somebody scrolled down. */
function useSight(scroller: RefObject<HTMLDivElement | null>, latest: readonly EventRow[]) {
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  const [held, setHeld] = useState<readonly EventRow[] | null>(null);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const resized = new ResizeObserver(() => setHeight(element.clientHeight));
    resized.observe(element);
    return () => resized.disconnect();
  }, []);
  const scrolled = (): void => {
    const y = scroller.current?.scrollTop ?? 0;
    setTop(y);
    if (y > ROW && !held) setHeld(latest);
    if (y <= 1) setHeld(null);
  };
  return { rows: held ?? latest, waiting: held ? newSince(held, latest) : 0, top, height, scrolled };
}

function bringIntoSight(element: HTMLElement | null, at: number): void {
  if (!element) return;
  const y = at * ROW;
  if (y < element.scrollTop) element.scrollTop = y;
  if (y + ROW > element.scrollTop + element.clientHeight) element.scrollTop = y + ROW - element.clientHeight;
}

interface Keys {
  readonly at: number;
  readonly rows: readonly EventRow[];
  readonly page: number;
  readonly move: (to: number) => void;
  readonly onOpen: (id: string | null) => void;
}

function keysFor({ at, rows, page, move, onOpen }: Keys): (event: KeyboardEvent) => void {
  const steps: Readonly<Record<string, () => void>> = {
    ArrowDown: () => move(at + 1),
    ArrowUp: () => move(Math.max(0, at - 1)),
    PageDown: () => move(at + page),
    PageUp: () => move(at - page),
    Home: () => move(0),
    End: () => move(rows.length - 1),
    Enter: () => onOpen(rows[at]?.id ?? null),
    Escape: () => onOpen(null),
  };
  return (event) => {
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    step();
  };
}

interface WindowProps {
  readonly rows: readonly EventRow[];
  readonly first: number;
  readonly last: number;
  readonly active: string | null;
  readonly open: string | null;
  readonly onPick: (id: string) => void;
}

function Window({ rows, first, last, active, open, onPick }: WindowProps) {
  return (
    <div class="room" role="presentation" style={{ height: `${rows.length * ROW}px` }}>
      {rows.slice(first, last).map((row, i) => (
        <Row
          key={row.id}
          row={row}
          at={first + i}
          of={rows.length}
          isActive={row.id === active}
          isOpen={row.id === open}
          onPick={onPick}
        />
      ))}
    </div>
  );
}

interface RowProps {
  readonly row: EventRow;
  readonly at: number;
  readonly of: number;
  readonly isActive: boolean;
  readonly isOpen: boolean;
  readonly onPick: (id: string) => void;
}

function Row({ row, at, of, isActive, isOpen, onPick }: RowProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys go to the list, which has the focus
    <div
      id={`event-${row.id}`}
      class={`event ${isActive ? 'is-active' : ''} ${isOpen ? 'is-open' : ''}`}
      role="option"
      aria-selected={isOpen}
      aria-setsize={of}
      aria-posinset={at + 1}
      tabIndex={-1}
      style={{ top: `${at * ROW}px` }}
      onClick={() => onPick(row.id)}
    >
      <span class="type">{row.type}</span>
      <time dateTime={row.time}>{moment(row.time)}</time>
      <span class="subject">{row.subject}</span>
      <span class="preview">{row.preview}</span>
    </div>
  );
}
