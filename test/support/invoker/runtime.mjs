/**
 * Runs one function as Lambda does, in a process of its own: node runtime.mjs <bundle>. Over IPC { event, remainingMs } comes in,
 * and { answer } or { error } goes out, as JSON.
 */
import { pathToFileURL } from 'node:url';

const { handler } = await import(pathToFileURL(process.argv[2]).href);

process.on('message', async ({ event, remainingMs }) => {
  const until = Date.now() + remainingMs;
  try {
    const answer = await handler(event, { getRemainingTimeInMillis: () => until - Date.now() });
    process.send({ answer: answer ?? null });
  } catch (error) {
    process.send({ error: { code: error.code, message: `${error.message}` } });
  }
});
process.send('ready');
