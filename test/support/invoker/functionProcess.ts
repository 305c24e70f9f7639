import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

const RUNTIME = resolve('test/support/invoker/runtime.mjs');

interface Invoked {
  /** As Lambda tells the function. */
  readonly remainingMs: number;
  /** Its process is killed so long after the event went in. */
  readonly killAfterMs?: number;
}

/** What an invocation came to that the function itself did not answer. */
class InvocationFailed extends Error {}

/**
 * One bundled function, in a fresh process of its own as long as that lives. States: none -> running -> none: killed, or
 * told to start anew.
 */
export class FunctionProcess {
  /** All that it ever wrote: its log. */
  readonly lines: string[] = [];
  /** What the last import, and the last invocation, took in its process. */
  readonly took = { importMs: Number.NaN, invocationMs: Number.NaN };
  readonly #bundle: string;
  readonly #environment: NodeJS.ProcessEnv;
  #running: Promise<ChildProcess> | undefined;

  constructor(bundle: string, environment: NodeJS.ProcessEnv) {
    this.#bundle = bundle;
    this.#environment = environment;
  }

  /** A fresh process, that has imported the bundle. */
  async start(): Promise<void> {
    await this.end();
    this.#running = this.#start();
    await this.#running;
  }

  /** Throws InvocationFailed where it throws, or dies. */
  async invoke(event: unknown, { remainingMs, killAfterMs }: Invoked): Promise<unknown> {
    this.#running ??= this.#start();
    const child = await this.#running;
    const died = new AbortController();
    const death = once(child, 'exit', { signal: died.signal }).then(() => ({ error: { message: 'it died' } }));
    death.catch(() => undefined);
    const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    const told = once(child, 'message', { signal: died.signal }).then(([message]) => message as Told);
    told.catch(() => undefined);
    child.send({ event, remainingMs });
    const outcome = await Promise.race<Told>([told, death]);
    clearTimeout(timer);
    died.abort();
    if (child.exitCode !== null || child.signalCode !== null) this.#running = undefined;
    if (outcome.error) throw new InvocationFailed(`${outcome.error.code ?? ''} ${outcome.error.message}`.trim());
    this.took.invocationMs = outcome.ms ?? Number.NaN;
    return outcome.answer;
  }

  /** The next invocation finds a fresh process. */
  async end(): Promise<void> {
    const child = await this.#running;
    this.#running = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  async #start(): Promise<ChildProcess> {
    const child = fork(RUNTIME, [this.#bundle], { env: this.#environment, execArgv: [], silent: true });
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => this.lines.push(...text.split('\n').filter(Boolean)));
    const [{ ms }] = (await once(child, 'message')) as [Told];
    this.took.importMs = ms ?? Number.NaN;
    return child;
  }
}

interface Told {
  readonly answer?: unknown;
  readonly ms?: number;
  readonly error?: { readonly code?: string; readonly message: string };
}
