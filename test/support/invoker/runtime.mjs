/**
 * Runs one function as Lambda does, in a process of its own: node runtime.mjs <bundle>. Over IPC { event, remainingMs } comes in,
 * and { answer, ms } or { error } goes out, as JSON; first of all how many milliseconds the import took.
 */
import { pathToFileURL } from 'node:url';

const began = performance.now();
const { handler } = await import(pathToFileURL(process.argv[2]).href);

const imported = performance.now() - began;

process.on('message', async ({ event, remainingMs }) => {
  const [start, until] = [performance.now(), Date.now() + remainingMs];
  try {
    const answer = await handler(event, { getRemainingTimeInMillis: () => until - Date.now() });
    process.send({ answer: answer ?? null, ms: performance.now() - start });
  } catch (error) {
    process.send({ error: { code: error.code, message: `${error.message}` } });
  }
});
process.send({ ms: imported });
