import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { toOutgoing } from '../../../events/claim.ts';
import type { Envelope } from '../../../events/envelope.ts';
import type { Outgoing } from '../../../events/pack.ts';
import { publish } from '../../../events/publish.ts';
import { fanoutProcessor } from '../../../processors/fanout/handler.ts';
import { AfterwriteError } from '../../../shared/model/errors.ts';
import type { BusEntry, BusOutcome } from '../../../shared/ports/eventBus.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import { firstParked } from '../../../shared/state/parked.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { changeOf } from '../../support/given/changes.ts';
import { claimsIn } from '../../support/given/claims.ts';
import { versionItem } from '../../support/given/reviewerItems.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';
import { MemoryBus } from '../../support/memory/memoryBus.ts';
import { memoryState } from '../../support/memory/memoryState.ts';

const AT_ONCE = { retries: 3, minTimeout: 0, maxTimeout: 0 };
const passing: BusOutcome = { ok: false, code: 'ThrottlingException', message: 'slow down', retry: true };
const final: BusOutcome = { ok: false, code: 'MalformedDetail', message: 'no', retry: false };

const outgoing = (id: string, partitionKey = id): Outgoing =>
  toOutgoing(
    'reviewer',
    {
      metadata: { id, type: 'T', partitionKey, time: '2026-02-01T10:00:00.000Z' },
      data: null,
    } as unknown as Envelope,
    claimsIn(),
  );
const idOf = (entry: BusEntry): string => JSON.parse(entry.detail).metadata.id;
const calls = (bus: MemoryBus): string[] => bus.calls.map((entries) => entries.map(idOf).join(' '));

/** A bus that answers with the outcomes given for an id, one a try, and then takes it. */
const busThat = (script: Record<string, BusOutcome[]>): MemoryBus =>
  new MemoryBus((entry) => script[idOf(entry)]?.shift() ?? { ok: true });

test('of a call that failed in part, only what failed is put again', async () => {
  const bus = busThat({ b: [passing], c: [passing, passing] });
  expect(
    await publish(
      bus,
      ['a', 'b', 'c', 'd'].map((id) => outgoing(id)),
      AT_ONCE,
    ),
  ).toEqual([]);
  expect(calls(bus)).toEqual(['a b c d', 'b c', 'c']);
  expect(bus.taken.map(idOf)).toEqual(['a', 'd', 'b', 'c']);
});

test('a later event of an item waits until the earlier one is taken', async () => {
  const bus = busThat({ first: [passing] });
  await publish(bus, [outgoing('first', 'item'), outgoing('other'), outgoing('second', 'item')], AT_ONCE);
  expect(calls(bus)).toEqual(['first other', 'first', 'second']);
});

test('what the bus will never take is given back and not put again; the rest is published', async () => {
  const bus = busThat({ b: [final], c: [passing, final] });
  const refusals = await publish(
    bus,
    ['a', 'b', 'c'].map((id) => outgoing(id)),
    AT_ONCE,
  );
  expect(refusals.map(({ outgoing: one, code }) => [idOf(one.entry), code])).toEqual([
    ['b', 'MalformedDetail'],
    ['c', 'MalformedDetail'],
  ]);
  expect(calls(bus)).toEqual(['a b c', 'c']);
});

test('what comes behind a refused event of its item is given back with it, and never overtakes it', async () => {
  const bus = busThat({ first: [final] });
  const all = [outgoing('first', 'item'), outgoing('second', 'item'), outgoing('other'), outgoing('third', 'item')];
  const refusals = await publish(bus, all, AT_ONCE);
  expect(refusals.map(({ outgoing: one, code }) => [idOf(one.entry), code])).toEqual([
    ['first', 'MalformedDetail'],
    ['second', 'BEHIND'],
    ['third', 'BEHIND'],
  ]);
  expect(bus.taken.map(idOf)).toEqual(['other']);
});

test('a bus that does not recover is PUBLISH_FAILED, to be tried again later, and no more than what is under way is tried', async () => {
  const bus = new MemoryBus(() => passing);
  const all = Array.from({ length: 100 }, (_, i) => outgoing(String(i)));
  await expect(publish(bus, all, AT_ONCE)).rejects.toMatchObject({ code: 'PUBLISH_FAILED', retry: true });
  expect(new Set(calls(bus)).size).toBe(4);
  expect(bus.calls).toHaveLength(4 * (1 + AT_ONCE.retries));
  expect(bus.calls.every((entries) => entries.length === 10)).toBe(true);
});

test('several calls are under way at once, and a failure is told when none is any more', async () => {
  const open = new Set<() => void>();
  let most = 0;
  const inner = new MemoryBus();
  const put = async (entries: readonly BusEntry[]): Promise<BusOutcome[]> => {
    await new Promise<void>((resolve) => {
      open.add(resolve);
      most = Math.max(most, open.size);
    });
    if (inner.calls.length === 1) throw new AfterwriteError('SERVICE_REFUSED', 'x', { mend: 'y' });
    return inner.put(entries);
  };
  const all = Array.from({ length: 60 }, (_, i) => outgoing(String(i)));
  let isOver = false;
  const publishing = publish({ name: 'bus', describe: async () => {}, put }, all, AT_ONCE).finally(() => {
    isOver = true;
  });
  publishing.catch(() => {});
  for (let turns = 0; !isOver; turns++) {
    await new Promise((resolve) => setImmediate(resolve));
    const [first] = open;
    if (!first && turns > 100) break;
    if (!first) continue;
    expect(isOver).toBe(false);
    open.delete(first);
    first();
  }
  await expect(publishing).rejects.toMatchObject({ code: 'PUBLISH_FAILED' });
  expect(most).toBe(4);
  expect(open.size).toBe(0);
});

test('a call that fails as a whole is tried again where that may help, and told at once where it can not: its events can wait all the same', async () => {
  const failing = (retry: boolean) => {
    const bus = busThat({});
    let puts = 0;
    const put = async (entries: readonly BusEntry[]): Promise<BusOutcome[]> => {
      if (++puts < 3) throw new AfterwriteError('THROTTLED', 'x', { retry, mend: 'y' });
      return bus.put(entries);
    };
    return { bus: { name: 'bus', describe: async () => {}, put }, puts: () => puts };
  };
  const [passes, stays] = [failing(true), failing(false)];
  expect(await publish(passes.bus, [outgoing('a')], AT_ONCE)).toEqual([]);
  expect(passes.puts()).toBe(3);
  await expect(publish(stays.bus, [outgoing('a')], AT_ONCE)).rejects.toMatchObject({
    code: 'PUBLISH_FAILED',
    retry: true,
    mend: 'y',
  });
  expect(stays.puts()).toBe(1);
});

describe('fan-out', () => {
  const given = (bus: MemoryBus) => {
    const state = memoryState();
    const archive = new MemoryArchive();
    const processor = fanoutProcessor(
      reviewer,
      { stage: 'test', table: 'reviews' },
      { bus, claims: claimsIn(archive), state, log: silentLog, retry: AT_ONCE },
    );
    return { state, archive, processor };
  };
  const asked = (reviewId: string, sequence: string) => changeOf({ new: versionItem({ reviewId }), sequence });

  test('publishes the same events with the same ids when its changes come again', async () => {
    const bus = new MemoryBus();
    const { processor } = given(bus);
    await processor.process([asked('r1', '1'), asked('r2', '2')]);
    await processor.process([asked('r2', '2')]);
    expect(bus.taken.map(idOf)[2]).toBe(bus.taken.map(idOf)[1]);
    expect(new Set(bus.taken.map(idOf)).size).toBe(2);
  });

  test('parks the change whose event the bus refuses for good, by code and subject; the others are published', async () => {
    const bus = new MemoryBus((entry) => (entry.detail.includes('REVIEW#r1/') ? final : { ok: true }));
    const { processor, state } = given(bus);
    await processor.process([asked('r1', '1'), asked('r2', '2')]);
    expect(bus.taken).toHaveLength(1);
    const [parked] = [...(await firstParked(state, 'fanout')).values()];
    expect(parked).toMatchObject({ code: 'PUBLISH_REFUSED', key: { pk: 'REVIEW#r1', sk: 'VERSION#1' } });
    expect(parked?.reason).toContain('ReviewRequested of REVIEW#r1/VERSION#1');
  });

  test('keeps the data of a large event in the archive, under a key made from its content, before the event names it', async () => {
    const bus = new MemoryBus();
    const { processor, archive } = given(bus);
    const error = '€'.repeat(80 * 1024);
    const failed = versionItem({ version: 2, status: 'failed', error });
    await processor.process([changeOf({ new: failed })]);
    await processor.process([changeOf({ new: failed })]);
    const [first, again] = bus.taken.map(({ detail }) => JSON.parse(detail) as Envelope);
    expect(again).toEqual(first);
    expect(first?.data).toBeNull();
    const { bucket, key, bytes, sha256 } = first?.metadata.claim ?? {};
    const kept = gunzipSync(await archive.get(key ?? '')).toString();
    expect({ bucket, key }).toEqual({ bucket: 'bucket', key: `v1/claims/${sha256}.json.gz` });
    expect(createHash('sha256').update(kept).digest('hex')).toBe(sha256);
    expect(Buffer.byteLength(kept)).toBe(bytes);
    expect(JSON.parse(kept)).toMatchObject({ reviewId: 'r1', error });
  });

  test('tells nobody of a claim that could not be kept', async () => {
    const bus = new MemoryBus();
    const { processor, archive } = given(bus);
    archive.putIfAbsent = async () => {
      throw new AfterwriteError('THROTTLED', 'x', { retry: true, mend: 'y' });
    };
    const failed = versionItem({ version: 2, status: 'failed', error: 'x'.repeat(260 * 1024) });
    await expect(processor.process([changeOf({ new: failed })])).rejects.toMatchObject({ code: 'THROTTLED' });
    expect(bus.calls).toEqual([]);
  });

  test('parks an event that no bus would take for its size even without its data, without trying', async () => {
    const bus = new MemoryBus();
    const { processor, state } = given(bus);
    await processor.process([asked('x'.repeat(260 * 1024), '1')]);
    expect(bus.calls).toEqual([]);
    expect([...(await firstParked(state, 'fanout')).values()]).toMatchObject([{ code: 'PUBLISH_REFUSED' }]);
  });
});
