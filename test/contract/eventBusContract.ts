import type { BusEntry, EventBus } from '../../shared/ports/eventBus.ts';

const entry = (detail: string, detailType = 'ReviewCompleted'): BusEntry => ({
  source: 'afterwrite.reviewer',
  detailType,
  detail,
  time: Date.parse('2026-02-01T10:00:00.000Z'),
});

interface Made {
  readonly bus: EventBus;
  /** Details that subscribers were given, in order of arrival; undefined where nobody can look. */
  delivered(): readonly string[] | undefined;
}

/** What every EventBus does, whatever it stands on. */
export function eventBusContract(make: () => Promise<Made>): void {
  let made: Made;
  beforeEach(async () => {
    made = await make();
  });

  test('a bus that exists describes itself', async () => {
    await expect(made.bus.describe()).resolves.toBeUndefined();
  });

  test('entries are taken and delivered as they are', async () => {
    const details = Array.from({ length: 10 }, (_, i) => JSON.stringify({ i, text: 'é"\\' }));
    expect(await made.bus.put(details.map((detail) => entry(detail)))).toEqual(details.map(() => ({ ok: true })));
    const delivered = made.delivered();
    if (delivered)
      expect(delivered.map((detail) => JSON.parse(detail))).toEqual(details.map((detail) => JSON.parse(detail)));
  });

  test('an entry that is refused is told at its place, for good, and keeps nothing else back', async () => {
    const outcomes = await made.bus.put([entry('{}'), entry('no json'), entry('[1]'), entry('{"b":1}')]);
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, false, false, true]);
    expect(outcomes[1]).toMatchObject({ code: 'MalformedDetail', retry: false });
  });
}
