import type { Writable } from 'node:stream';
import { promisify } from 'node:util';
import type { ReplayTarget } from '../target.ts';

const PORTION = 1_000;

/** One envelope a line, into a stream that stays open. */
export function lineTarget(name: string, stream: Writable): ReplayTarget {
  const write = promisify((text: string, done: (error?: Error | null) => void) => stream.write(text, done));
  return {
    name,
    portion: PORTION,
    check: async () => {},
    open: async () => {},
    async send(envelopes) {
      await write(envelopes.map((envelope) => `${JSON.stringify(envelope)}\n`).join(''));
      return undefined;
    },
    close: async () => {},
  };
}
