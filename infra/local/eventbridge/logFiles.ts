import { join } from 'node:path';
import { LineFile, linesIn } from './lineFile.ts';
import type { LogGroups } from './logGroups.ts';

/** A log group is one NDJSON file in `<dir>/logs`, written in the order of the calls. */
export const fileLogGroups = (dir: string): LogGroups => {
  const logs = new Map<string, LineFile>();
  const pathOf = (name: string): string => join(dir, 'logs', `${name.replaceAll('/', '_')}.ndjson`);
  const log = (name: string): LineFile => {
    const known = logs.get(name) ?? new LineFile(pathOf(name));
    logs.set(name, known);
    return known;
  };
  return {
    target: (name) => ({ deliver: (lines) => log(name).append(lines.map((line) => `${line}\n`).join('')) }),
    lines: (name) => linesIn(pathOf(name)),
    close: async () => {
      await Promise.all([...logs.values()].map((file) => file.close()));
    },
  };
};
