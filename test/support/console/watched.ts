/** What the page at this address is told until that is enough. @param last what it has seen */
export async function watched(
  origin: string,
  isEnough: (told: string) => boolean,
  last?: string,
): Promise<{ told: string; type: string | null }> {
  const gone = new AbortController();
  const headers = { ...(last !== undefined && { 'last-event-id': last }) };
  const watching = await fetch(`${origin}/api/watch`, { signal: gone.signal, headers });
  let told = '';
  const decoder = new TextDecoder();
  for await (const piece of watching.body as unknown as AsyncIterable<Uint8Array>) {
    told += decoder.decode(piece, { stream: true });
    if (isEnough(told)) break;
  }
  gone.abort();
  return { told, type: watching.headers.get('content-type') };
}

/** Of each of these topics at least one whole frame. */
export const hasTold =
  (...topics: string[]) =>
  (told: string): boolean =>
    told.endsWith('\n\n') && topics.every((topic) => told.includes(`event: ${topic}\ndata: `));

/** The data of the last whole frame of a topic. */
export function lastOf<Told>(topic: string, told: string): Told {
  const frames = [...told.matchAll(new RegExp(`event: ${topic}\\ndata: (.*)\\n\\n`, 'g'))];
  return JSON.parse(frames[frames.length - 1]?.[1] ?? 'null') as Told;
}
