import { gunzipSync } from 'node:zlib';
import type { Envelope } from '../../../events/envelope.ts';
import { replayToBus } from '../../../processors/replay/toBus.ts';
import { claimsIn } from '../../support/given/claims.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';
import { MemoryBus } from '../../support/memory/memoryBus.ts';

async function* archived(): AsyncIterable<Envelope> {
  const metadata = { type: 'ReviewFailed', partitionKey: 'r', time: '2026-02-01T10:00:00.000Z' };
  for (const [id, error] of [
    ['small', 'x'],
    ['large', 'x'.repeat(300 * 1024)],
  ])
    yield { metadata: { ...metadata, id }, data: { error } } as unknown as Envelope;
}

test('a large event is replayed as a claim, with its replay id; one that fits as it was', async () => {
  const [bus, archive] = [new MemoryBus(), new MemoryArchive()];
  const { signal } = new AbortController();
  const target = { bus, system: 'reviewer', replayId: 'replay-1', rate: undefined, pause: async () => {}, signal };
  expect(await replayToBus(archived(), { ...target, claims: claimsIn(archive) })).toBe(2);
  const [small, large] = bus.taken.map(({ detail }) => JSON.parse(detail) as Envelope);
  expect(small).toMatchObject({ metadata: { id: 'small', replay: { id: 'replay-1' } }, data: { error: 'x' } });
  expect(large).toMatchObject({ metadata: { id: 'large', replay: { id: 'replay-1' } }, data: null });
  const kept = gunzipSync(await archive.get(large?.metadata.claim?.key ?? '')).toString();
  expect(JSON.parse(kept)).toEqual({ error: 'x'.repeat(300 * 1024) });
});
