import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { AfterwriteError } from '../../shared/model/errors.ts';

/** What editors and spreadsheets put before the first line. */
const BYTE_ORDER_MARK = /^\uFEFF/;

/** The lines of a file, plain or .gz. Throws USAGE where it can't be read to its end. */
export async function* linesOf(file: string): AsyncIterable<string> {
  const raw = createReadStream(file);
  const input = file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw;
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  // Some Nodes end the lines where reading fails, others throw.
  let failure: Error | undefined;
  for (const part of [raw, input])
    part.once('error', (error: Error) => {
      failure ??= error;
      lines.close();
    });
  let isFirst = true;
  try {
    for await (const line of lines) {
      yield isFirst ? line.replace(BYTE_ORDER_MARK, '') : line;
      isFirst = false;
    }
  } catch (error) {
    failure ??= error as Error;
  } finally {
    raw.destroy();
  }
  if (failure)
    throw new AfterwriteError('USAGE', `${file} can't be read: ${failure.message}`, {
      mend: 'check the path, and that it is NDJSON or gzip of it',
      cause: failure,
    });
}
