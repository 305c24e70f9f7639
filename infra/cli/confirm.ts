import { createInterface } from 'node:readline/promises';
import { AfterwriteError } from '../../shared/model/errors.ts';

/** Lets a person type a word before what can't be taken back. Throws USAGE where nobody is there to type, or types another. */
export async function confirm(word: string): Promise<void> {
  const mend = "give '--yes', or '--dry-run' to look first; nothing was changed";
  if (!process.stdin.isTTY) throw new AfterwriteError('USAGE', 'this can not be taken back', { mend });
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const typed = await lines.question(`Type '${word}' to go on: `).finally(() => lines.close());
  if (typed.trim() !== word) throw new AfterwriteError('USAGE', `'${word}' was not typed`, { mend });
}
