import { useEffect, useState } from 'preact/hooks';
import type { About } from '../wire.ts';
import { get } from './api.ts';
import { ArchivePage } from './archive.tsx';
import { EventsPage } from './events.tsx';
import { FlowPage } from './flow.tsx';
import { count } from './format.ts';
import { useLive } from './live.ts';
import { ParkedPage } from './parked.tsx';
import { currentIf, Trouble, useAsked } from './parts.tsx';
import { ReplayPage } from './replay.tsx';
import { StatisticsPage } from './statistics.tsx';
import { useTheme } from './theme.ts';

const PAGES = [
  ['flow', 'Flow'],
  ['statistics', 'Statistics'],
  ['events', 'Events'],
  ['archive', 'Archive'],
  ['replay', 'Replay'],
  ['parked', 'Parked'],
] as const;
type Page = (typeof PAGES)[number][0];

/** `#/statistics/stack` as page and rest. */
function placeIn(hash: string): { page: Page; rest: string } {
  const [, name = '', rest = ''] = /^#\/([a-z]+)(?:\/(.*))?$/.exec(hash) ?? [];
  return { page: PAGES.find(([page]) => page === name)?.[0] ?? 'flow', rest: decodeURIComponent(rest) };
}

export function App() {
  const [place, setPlace] = useState(() => placeIn(location.hash));
  useEffect(() => {
    const moved = (): void => {
      setPlace(placeIn(location.hash));
      document.getElementById('main')?.focus({ preventScroll: true });
      scrollTo(0, 0);
    };
    addEventListener('hashchange', moved);
    return () => removeEventListener('hashchange', moved);
  }, []);
  const { answer: about, problem } = useAsked(() => get<About>('/api/about'), []);
  const title = PAGES.find(([page]) => page === place.page)?.[1] ?? '';
  useEffect(() => {
    document.title = about ? `${title} · ${about.system} · afterwrite` : 'afterwrite';
  }, [title, about]);
  return (
    <div class="shell">
      <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
        Skip to content
      </button>
      <Header about={about} />
      <Navigation page={place.page} />
      <main id="main" tabIndex={-1} aria-label={title}>
        <Reading />
        {problem && <Trouble problem={problem} />}
        {about && <Content about={about} {...place} />}
      </main>
    </div>
  );
}

function Content({ about, page, rest }: { about: About; page: Page; rest: string }) {
  switch (page) {
    case 'flow':
      return <FlowPage about={about} />;
    case 'statistics':
      return <StatisticsPage about={about} path={rest} />;
    case 'events':
      return <EventsPage about={about} />;
    case 'archive':
      return <ArchivePage about={about} />;
    case 'replay':
      return <ReplayPage about={about} />;
    case 'parked':
      return <ParkedPage />;
  }
}

function Header({ about }: { about: About | undefined }) {
  const [theme, nextTheme] = useTheme();
  return (
    <header class="top">
      <a class="brand" href="#/flow">
        <img src="/icon.svg" alt="" width="24" height="24" />
        afterwrite
      </a>
      {about && (
        <p class="where">
          <strong>{about.system}</strong> <span class="stage">{about.stage}</span>
        </p>
      )}
      <Connection />
      <button type="button" class="quiet" onClick={nextTheme} aria-label={`Theme: ${theme}. Change it`}>
        {theme === 'auto' ? '◐' : theme === 'light' ? '☀' : '☾'}
        <span class="wide-only">{theme}</span>
      </button>
    </header>
  );
}

function Connection() {
  const connected = useLive((live) => live.connected);
  return (
    <p class={`connection ${connected ? 'is-live' : 'is-lost'}`} role="status">
      {connected ? 'live' : 'not connected'}
    </p>
  );
}

function Navigation({ page }: { page: Page }) {
  const parked = useLive((live) => live.health?.parked ?? 0);
  return (
    <nav aria-label="Pages">
      {PAGES.map(([name, title]) => (
        <a key={name} href={`#/${name}`} {...currentIf(name === page)}>
          {title}
          {name === 'parked' && parked > 0 && <span class="badge">{count(parked)}</span>}
        </a>
      ))}
    </nav>
  );
}

/** What keeps the server from reading. */
function Reading() {
  const trouble = useLive((live) => live.trouble);
  return trouble && <Trouble problem={trouble} />;
}
