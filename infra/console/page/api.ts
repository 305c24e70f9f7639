import type { Problem } from '../wire.ts';

const STORED = 'afterwrite-token';

/** What a request failed with: what, and what to do. */
export class Refused extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** Taken from the address once, so that no bookmark or screenshot shows it; kept for this tab. */
export function takeToken(): void {
  const [, token] = /^#token=([\w-]+)$/.exec(location.hash) ?? [];
  if (token === undefined) return;
  sessionStorage.setItem(STORED, token);
  history.replaceState(null, '', `${location.pathname}#/flow`);
}

export const mayChange = (): boolean => sessionStorage.getItem(STORED) !== null;

export const get = <Answer>(path: string, query: Record<string, string> = {}, signal?: AbortSignal): Promise<Answer> =>
  ask<Answer>(`${path}?${new URLSearchParams(query)}`, signal ? { signal } : {});

export const post = <Answer>(path: string, body: unknown): Promise<Answer> =>
  ask<Answer>(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-afterwrite-token': sessionStorage.getItem(STORED) ?? '' },
    body: JSON.stringify(body),
  });

async function ask<Answer>(path: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(path, init).catch((error: unknown) => {
    if ((error as Error).name === 'AbortError') throw error;
    throw new Refused({ code: 'GONE', message: 'the console does not answer', mend: 'start it again in its terminal' });
  });
  const answer = (await response.json()) as Answer & { error?: Problem };
  if (!response.ok && answer.error) throw new Refused(answer.error);
  return answer;
}

export const problemOf = (error: unknown): Problem =>
  error instanceof Refused
    ? error.problem
    : { code: 'FAILED', message: String((error as Error)?.message ?? error), mend: 'load the page anew' };
