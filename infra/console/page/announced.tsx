import { useEffect, useRef, useState } from 'preact/hooks';

/** So long nothing else was asked: who still types is told nothing. */
const QUIET_MS = 600;

interface Given {
  readonly text: string;
  /** What somebody asked or did: only when that changes is the text told, never when figures move by themselves. */
  readonly about: readonly unknown[];
}

/** For who does not see it: what came of what was asked. */
export function Announced({ text, about }: Given) {
  const [told, setTold] = useState('');
  const latest = useRef(text);
  latest.current = text;
  const isNew = useRef(true);
  useEffect(() => {
    if (isNew.current) {
      isNew.current = false;
      return;
    }
    const timer = setTimeout(() => setTold(latest.current), QUIET_MS);
    return () => clearTimeout(timer);
  }, about);
  return (
    <p class="unseen" role="status">
      {told}
    </p>
  );
}
