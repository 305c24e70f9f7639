import { SingleBar } from 'cli-progress';
import { pino } from 'pino';
import type { Log } from '../../shared/ports/log.ts';
import { asCalled } from './asCalled.ts';

/** A line for the reader of the result. */
export const say = (line = ''): void => void process.stdout.write(`${line}\n`);

/** A line about the work, apart from its result. */
export const note = (line: string): void => void process.stderr.write(`${asCalled(line)}\n`);

export const sayJson = (value: unknown): void => say(JSON.stringify(value));

/** Logs to standard error: JSON lines for scripts, plain lines for people. */
export function makeLog(level: string, json: boolean): Log {
  if (json) return pino({ level, base: null }, pino.destination({ dest: 2, sync: true }));
  const write = (text: string): void => {
    const { level: number, msg, time: _time, ...fields } = JSON.parse(text) as Record<string, unknown>;
    const about = Object.entries(fields).map(([name, value]) => `${name}=${String(value)}`);
    note(`${pino.levels.labels[Number(number)]}: ${String(msg)}${about.length > 0 ? ` (${about.join(' ')})` : ''}`);
  };
  return pino({ level, base: null }, { write });
}

export interface Progress {
  update(done: number): void;
  stop(): void;
}

const PLAIN_EVERY_MS = 5_000;

/** A bar on a terminal, a line now and then elsewhere or where the total is not known; nothing where the output is for scripts. */
export function progress(what: string, total: number | undefined, quiet: boolean, from = 0): Progress {
  if (quiet) return { update: () => {}, stop: () => {} };
  if (process.stderr.isTTY && total !== undefined) {
    const bar = new SingleBar({
      format: `${what} {bar} {value}/{total} {duration_formatted}, {eta_formatted} left`,
      stream: process.stderr,
      hideCursor: true,
    });
    bar.start(total, from);
    return { update: (done) => bar.update(done), stop: () => bar.stop() };
  }
  const began = Date.now();
  let last = began;
  return {
    update: (done) => {
      if (Date.now() - last < PLAIN_EVERY_MS) return;
      last = Date.now();
      const left = total === undefined || done <= from ? undefined : ((total - done) * (last - began)) / (done - from);
      note(total === undefined ? `${what}: ${done}` : `${what}: ${done} of ${total}${timeLeft(left)}`);
    },
    stop: () => {},
  };
}

/** @param ms undefined: nobody knows */
const timeLeft = (ms: number | undefined): string => {
  if (ms === undefined) return '';
  const seconds = Math.ceil(ms / 1_000);
  return `, ${seconds < 120 ? `${seconds} s` : seconds < 7_200 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3_600).toFixed(1)} h`} left`;
};

/** Rows under headings, columns as wide as they need to be. */
export function table(headings: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const cells = [
    headings,
    ...rows.map((row) => row.map((cell) => (cell === null || cell === undefined ? '-' : String(cell)))),
  ];
  const widths = headings.map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)));
  return cells
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The most frequent first; nothing where there is none. */
export function sayCounts(kind: string, what: string, counts: Readonly<Record<string, number>>): void {
  const rows = Object.entries(counts).sort(([, a], [, b]) => b - a);
  const shown = rows.map(([name, count]) => [name, thousands(count)]);
  if (rows.length > 0) say(`\n${table([kind, what], shown)}\n`);
}

export const thousands = (n: number): string => n.toLocaleString('en-US');
