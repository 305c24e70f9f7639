import type { Log } from '../../shared/ports/log.ts';

const write =
  (level: string) =>
  (fields: object, message: string): void =>
    void process.stderr.write(`${JSON.stringify({ level, message, ...fields })}\n`);

/** A line of JSON each to standard error, which Lambda keeps. */
export const stderrLog: Log = { info: write('info'), warn: write('warn'), error: write('error') };
