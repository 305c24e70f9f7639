import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { About, Problem } from '../wire.ts';
import { problemOf, Refused } from './api.ts';
import { amount } from './format.ts';

export function Card({
  title,
  aside,
  children,
}: {
  title: string;
  aside?: ComponentChildren;
  children: ComponentChildren;
}) {
  return (
    <section class="card" aria-label={title}>
      <div class="card-head">
        <h2>{title}</h2>
        {aside !== undefined && <div class="aside">{aside}</div>}
      </div>
      {children}
    </section>
  );
}

const intoSight = (link: Element | null): void => link?.scrollIntoView({ block: 'nearest', inline: 'center' });

/** Of a link among others: the page that is open. On a phone the row of links is wider than the screen. */
export const currentIf = (isCurrent: boolean) => (isCurrent ? { 'aria-current': 'page' as const, ref: intoSight } : {});

/** What stands where there is nothing yet, and how something comes. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children !== undefined && <p>{children}</p>}
    </div>
  );
}

export function ToTry({ about: { feed } }: { about: About }) {
  if (feed === null) return null;
  return (
    <>
      To try it: <code>{feed}</code>
    </>
  );
}

export function Trouble({ problem }: { problem: Problem }) {
  return (
    <div class="notice bad" role="alert">
      <p>
        <strong>{problem.message}</strong>
      </p>
      <p>{problem.mend}.</p>
    </div>
  );
}

/** Numbers with a bar each, the longest the greatest. */
export function BarList({
  bars,
  onPick,
}: {
  bars: readonly (readonly [string, number])[];
  onPick?: (label: string) => void;
}) {
  const most = Math.max(1, ...bars.map(([, n]) => n));
  return (
    <ol class="bars">
      {bars.map(([label, n]) => (
        <li key={label}>
          <div class="bar" style={{ width: `${(100 * Math.max(0, n)) / most}%` }} />
          {onPick ? (
            <button type="button" class="bar-label link" onClick={() => onPick(label)}>
              {label}
            </button>
          ) : (
            <span class="bar-label">{label}</span>
          )}
          <span class="bar-value">{amount(n)}</span>
        </li>
      ))}
    </ol>
  );
}

export interface Loaded<Answer> {
  readonly answer: Answer | undefined;
  readonly problem: Problem | undefined;
}

/** What a request gives, asked again every so often; the last answer stays until the next is there. */
export function useAsked<Answer>(
  ask: (signal: AbortSignal) => Promise<Answer>,
  about: readonly unknown[],
  everyMs?: number,
): Loaded<Answer> {
  const [loaded, setLoaded] = useState<Loaded<Answer>>({ answer: undefined, problem: undefined });
  useEffect(() => {
    const gone = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const again = async (): Promise<void> => {
      try {
        const answer = await ask(gone.signal);
        if (!gone.signal.aborted) setLoaded({ answer, problem: undefined });
      } catch (error) {
        if (!gone.signal.aborted) setLoaded((before) => ({ ...before, problem: problemOf(error) }));
        // What was asked wrongly stays wrong.
        if (error instanceof Refused && error.problem.code === 'USAGE') return;
      }
      if (everyMs !== undefined && !gone.signal.aborted) timer = setTimeout(again, everyMs);
    };
    void again();
    return () => {
      gone.abort();
      clearTimeout(timer);
    };
  }, about);
  return loaded;
}

/** A column's heading, that sorts by it. */
export function SortHeading(props: {
  title: string;
  numeric: boolean;
  sorted: 'ascending' | 'descending' | 'none';
  onSort: () => void;
}) {
  return (
    <th scope="col" class={props.numeric ? 'number' : ''} aria-sort={props.sorted}>
      <button type="button" class="sort" onClick={props.onSort}>
        {props.title}
        <span class="arrow" aria-hidden="true">
          {props.sorted === 'none' ? '' : props.sorted === 'descending' ? '↓' : '↑'}
        </span>
      </button>
    </th>
  );
}

/** What is too wide for the page scrolls by itself, by keys too. */
export function Scroll({ about, children }: { about: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
    <section class="scroll" aria-label={about} tabIndex={0}>
      {children}
    </section>
  );
}
