import { toOutgoing } from '../../../events/claim.ts';
import type { Envelope } from '../../../events/envelope.ts';
import { publish } from '../../../events/publish.ts';
import { watchedBus } from '../../../processors/fanout/watchedBus.ts';
import { AfterwriteError } from '../../../shared/model/errors.ts';
import { claimsIn } from '../../support/given/claims.ts';
import { MemoryBus } from '../../support/memory/memoryBus.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

const HALF_A_MINUTE = 30_000;
const entry = { source: 's', detailType: 't', detail: '{}', time: 0 };

function given() {
  const [inner, clock] = [new MemoryBus(), new TurnedClock(Date.parse('2026-02-01T10:00:00.000Z'))];
  const looks = { made: 0, isThere: true };
  inner.describe = async () => {
    looks.made++;
    if (!looks.isThere) throw new AfterwriteError('BUS_MISSING', 'no such bus', { mend: 'provision' });
  };
  return { inner, clock, looks, bus: watchedBus(inner, clock) };
}

test('a bus is looked at before the first put, and again each half a minute, once for all that put then', async () => {
  const { bus, clock, looks } = given();
  await Promise.all([bus.put([entry]), bus.put([entry])]);
  await bus.put([entry]);
  expect(looks.made).toBe(1);
  clock.advance(HALF_A_MINUTE);
  await bus.put([entry]);
  expect(looks.made).toBe(2);
});

test('one that was deleted counts as out, is told with the time since when, and is put to when it is back', async () => {
  const { bus, inner, clock, looks } = given();
  await bus.put([entry]);
  looks.isThere = false;
  clock.advance(HALF_A_MINUTE);
  for (let tries = 0; tries < 2; tries++)
    await expect(bus.put([entry])).rejects.toMatchObject({
      code: 'PUBLISH_FAILED',
      retry: true,
      message: expect.stringContaining('since 2026-02-01T10:00:00.000Z'),
      mend: expect.stringContaining('afterwrite provision'),
    });
  expect(inner.taken).toHaveLength(1);
  looks.isThere = true;
  await bus.put([entry]);
  expect(inner.taken).toHaveLength(2);
});

test('whoever publishes is told how to mend it', async () => {
  const { bus, looks } = given();
  looks.isThere = false;
  const metadata = { id: 'e', type: 'T', partitionKey: 'k', time: '2026-02-01T10:00:00.000Z' };
  const outgoing = toOutgoing('reviewer', { metadata, data: null } as unknown as Envelope, claimsIn());
  await expect(publish(bus, [outgoing], { retries: 1, minTimeout: 0, maxTimeout: 0 })).rejects.toMatchObject({
    code: 'PUBLISH_FAILED',
    mend: expect.stringContaining('afterwrite provision'),
  });
  expect(looks.made).toBe(2);
});

test('a clock that was set back does not keep anybody from looking', async () => {
  const { bus, clock, looks } = given();
  await bus.put([entry]);
  clock.advance(-1);
  await bus.put([entry]);
  expect(looks.made).toBe(2);
});
